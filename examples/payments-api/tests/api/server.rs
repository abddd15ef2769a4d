//! The program itself, on a free port, and requests to it.

use super::database::Database;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub struct Server {
    pub process: Child,
    pub url: String,
    pub client: Client,
    pub log: std::path::PathBuf,
    // Dropped after the process has ended.
    pub database: Database,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub is_replayed: bool,
    pub retry_after: Option<String>,
    pub content_type: Option<String>,
}

impl Server {
    /// Nothing, where there is no database to be had: see [`Database::create`].
    pub async fn start(arguments: &[&str]) -> Option<Self> {
        let database = Database::create().await?;
        let log = std::env::temp_dir().join(format!("{}.log", uuid::Uuid::now_v7()));
        let (process, url) = launch(&database.url, arguments, &log);
        let client = Client::builder()
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Some(Self {
            process,
            url,
            client,
            log,
            database,
        })
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// With this key.
    pub async fn post(&self, path: &str, key: &str, body: Value) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header("Idempotency-Key", key);
        answer(request.json(&body)).await
    }

    /// With this condition.
    pub async fn change(&self, method: Method, path: &str, seen: &str, body: Value) -> Answer {
        let request = self.request(method, path).header("If-Match", seen);
        answer(request.json(&body)).await
    }

    /// An account with so much on it, by its number.
    pub async fn account(&self, cents: i64) -> i64 {
        let key = uuid::Uuid::now_v7().to_string();
        let body = serde_json::json!({"owner": "Ada", "opening_cents": cents});
        let opened = self.post("/accounts", &key, body).await;
        assert_eq!(opened.status, 201, "{opened:?}");
        opened.body["id"].as_i64().unwrap()
    }

    pub async fn balance(&self, account: i64) -> i64 {
        let answer = self.get(&format!("/accounts/{account}")).await;
        answer.body["balance_cents"].as_i64().unwrap()
    }

    pub async fn pieces(&self, sku: &str) -> i64 {
        let answer = self.get(&format!("/stock/{sku}")).await;
        answer.body["pieces"].as_i64().unwrap()
    }

    /// Tells it to stop, as a container's runtime does.
    pub fn terminate(&self) {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
    }

    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("{}", self.logged());
        }
        let _ = std::fs::remove_file(&self.log);
    }
}

/// Starts it, and reads from its first line where it listens.
pub fn launch(database: &str, arguments: &[&str], log: &std::path::Path) -> (Child, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_payments-api"))
        .args(["--listen", "127.0.0.1:0"])
        .args(arguments)
        .env("DATABASE_URL", database)
        .env_remove("RUST_LOG")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(log).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let url = line.trim().strip_prefix("listening on ").map(str::to_owned);
    let url = url.unwrap_or_else(|| panic!("{}", std::fs::read_to_string(log).unwrap()));
    (process, url)
}

/// Sends it.
pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let answer = Answer {
        status: response.status().as_u16(),
        body: Value::Null,
        location: header("location"),
        etag: header("etag"),
        is_replayed: header("idempotent-replayed").as_deref() == Some("true"),
        retry_after: header("retry-after"),
        content_type: header("content-type"),
    };
    let is_empty = response.status() == StatusCode::NOT_MODIFIED;
    let text = response.text().await.unwrap();
    assert_eq!(text.is_empty(), is_empty);
    let body = if is_empty {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap()
    };
    Answer { body, ..answer }
}

impl Answer {
    /// Whether it is a problem document of this status and kind.
    #[track_caller]
    pub fn is_problem(&self, status: u16, kind: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(
            self.content_type.as_deref(),
            Some("application/problem+json")
        );
        assert_eq!(self.body["type"], kind, "{self:?}");
        assert_eq!(self.body["status"], status);
        assert!(!self.body["detail"].as_str().unwrap().is_empty());
    }

    /// Whether it is this one once more, and says so.
    #[track_caller]
    pub fn replays(&self, first: &Self) {
        assert!(!first.is_replayed && self.is_replayed, "{self:?}");
        assert_eq!(
            Self {
                is_replayed: false,
                ..self.clone()
            },
            *first
        );
    }
}

/// The same request so many times at once.
pub async fn at_once(times: usize, request: &RequestBuilder) -> Vec<Answer> {
    let requests = (0..times).map(|_| tokio::spawn(answer(request.try_clone().unwrap())));
    let mut answers = Vec::new();
    for request in requests.collect::<Vec<_>>() {
        answers.push(request.await.unwrap());
    }
    answers
}
