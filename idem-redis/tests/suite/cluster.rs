//! Every promise of a store, on a cluster of three nodes.

use crate::calls::{claim, fresh, granted};
use crate::conformance::Tokio;
use crate::servers::{self, Server, wait_until};
use idem_core::testing::{BlockOn, Conformance, Executor};
use idem_core::{AsyncStore, IdempotencyKey, Store};
use idem_redis::{AsyncRedisStore, Error, RedisStore};
use redis::cluster::ClusterClient;
use std::process::Command;
use std::time::{Duration, Instant};

struct Cluster {
    nodes: Vec<Server>,
}

impl Cluster {
    fn start() -> Option<Self> {
        if !servers::can_start() {
            return None;
        }
        let options = [
            "--save",
            "",
            "--cluster-enabled",
            "yes",
            "--cluster-node-timeout",
            "2000",
        ];
        let nodes: Vec<_> = (0..3).map(|_| Server::with(&options)).collect();
        let addresses = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port));
        let created = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(addresses)
            .args(["--cluster-replicas", "0", "--cluster-yes"])
            .output()
            .unwrap();
        assert!(created.status.success(), "{created:?}");
        let cluster = Self { nodes };
        assert!(wait_until(|| cluster.nodes.iter().all(is_ready)));
        Some(cluster)
    }

    fn client(&self) -> ClusterClient {
        ClusterClient::builder(self.nodes.iter().map(Server::url))
            .connection_timeout(Duration::from_secs(1))
            .response_timeout(Duration::from_millis(500))
            .retries(3)
            .build()
            .unwrap()
    }

    fn on_each(&self, command: &[&str]) -> Vec<redis::Value> {
        let run = |node: &Server| {
            let mut connection = node.client().get_connection().unwrap();
            redis::cmd(command[0])
                .arg(&command[1..])
                .query(&mut connection)
                .unwrap()
        };
        self.nodes.iter().map(run).collect()
    }
}

fn is_ready(node: &Server) -> bool {
    let mut connection = node.client().get_connection().unwrap();
    let info: String = redis::cmd("CLUSTER")
        .arg("INFO")
        .query(&mut connection)
        .unwrap();
    info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
}

#[test]
fn a_sync_store_keeps_every_promise_on_a_cluster() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    Conformance::new(|| {
        cluster.on_each(&["SCRIPT", "FLUSH"]);
        RedisStore::with_options(cluster.client(), fresh())
    })
    .expires_by_itself()
    .run()
    .unwrap();
    RedisStore::new(cluster.client()).check().unwrap();
    for records in cluster.on_each(&["DBSIZE"]) {
        assert!(
            matches!(records, redis::Value::Int(50..)),
            "a node holds {records:?}"
        );
    }
}

#[test]
fn an_async_store_keeps_every_promise_on_a_cluster() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let tokio = Tokio::new();
    let connection = tokio
        .block_on(cluster.client().get_async_connection())
        .unwrap();
    Conformance::new(|| {
        cluster.on_each(&["SCRIPT", "FLUSH"]);
        let store = AsyncRedisStore::with_options(connection.clone(), fresh());
        BlockOn::with_executor(store, tokio.clone())
    })
    .expires_by_itself()
    .run()
    .unwrap();
    tokio
        .block_on(AsyncRedisStore::new(connection).check())
        .unwrap();
}

#[test]
fn one_node_that_evicts_is_enough_to_refuse_a_cluster() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let mut connection = cluster.nodes[1].client().get_connection().unwrap();
    let mut config = redis::cmd("CONFIG");
    config.arg("SET").arg("maxmemory-policy").arg("allkeys-lfu");
    config.exec(&mut connection).unwrap();
    let check = RedisStore::new(cluster.client()).check();
    assert!(matches!(check, Err(Error::Evicts { .. })), "{check:?}");
    let tokio = Tokio::new();
    let connection = tokio
        .block_on(cluster.client().get_async_connection())
        .unwrap();
    let check = tokio.block_on(AsyncRedisStore::new(connection).check());
    assert!(matches!(check, Err(Error::Evicts { .. })), "{check:?}");
}

#[test]
fn a_cluster_without_one_of_its_nodes_gives_errors_and_never_a_second_grant() {
    let Some(mut cluster) = Cluster::start() else {
        return;
    };
    let options = fresh();
    let store = RedisStore::with_options(cluster.client(), options.clone());
    let tokio = Tokio::new();
    let connection = tokio
        .block_on(cluster.client().get_async_connection())
        .unwrap();
    let other = AsyncRedisStore::with_options(connection, options);
    let keys: Vec<_> = (0..12).map(|_| IdempotencyKey::generate()).collect();
    for key in &keys {
        granted(store.claim(&claim(key)));
    }
    cluster.nodes[0].kill();
    for key in &keys {
        for answer in [
            store.claim(&claim(key)),
            tokio.block_on(other.claim(&claim(key))),
        ] {
            assert!(
                matches!(answer, Err(Error::Unavailable(_))) || crate::calls::is_in_flight(&answer),
                "{answer:?}"
            );
        }
    }
    let start = Instant::now();
    let answers = keys
        .iter()
        .map(|key| tokio.block_on(other.claim(&claim(key))));
    assert!(answers.filter(Result::is_err).count() > 0);
    assert!(start.elapsed() < Duration::from_secs(30));
}
