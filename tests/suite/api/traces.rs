//! What a call tells `tracing`: a span with stable fields, and never its key.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use idem_diesel::{IdempotencyKey, RetryPolicy};
use idem_tests::{CallError, Driver, TestDb, deposit_call, for_each_driver};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

type Fields = BTreeMap<&'static str, String>;

/// The fields of one span and of the events in it, as they were told.
#[derive(Clone, Debug, Default)]
struct Told {
    span: Arc<Mutex<Fields>>,
    events: Arc<Mutex<Vec<Fields>>>,
}

struct Reader<'f>(&'f mut Fields);

impl Visit for Reader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Told {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attributes.metadata().name() == "idempotent" {
            let mut span = self.span.lock().unwrap();
            span.clear();
            attributes.record(&mut Reader(&mut span));
        }
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut Reader(&mut self.span.lock().unwrap()));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("idem") {
            let mut fields = Fields::from([("level", event.metadata().level().to_string())]);
            event.record(&mut Reader(&mut fields));
            self.events.lock().unwrap().push(fields);
        }
    }
}

impl Told {
    /// What was told since the last time: the span, and its events.
    fn take(&self) -> (Fields, Vec<Fields>) {
        let span = std::mem::take(&mut *self.span.lock().unwrap());
        (span, std::mem::take(&mut *self.events.lock().unwrap()))
    }
}

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn a_call_tells_its_operation_outcome_attempt_and_time_and_a_digest_of_its_key<D: Driver>(db: &TestDb<D>) {
        let told = Told::default();
        let _listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(told.clone()));
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let mut seen = String::new();
        for (amount, fails, outcome) in [(50, true, "error"), (50, false, "fresh"), (50, false, "replayed"), (51, false, "error")] {
            told.take();
            let call = deposit_call(&key, amount).retry(RetryPolicy::attempts(2));
            let _ = conn.call_retrying(call, async |_| if fails {
                let failed = DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(String::new()));
                Err(CallError::from(failed))
            } else {
                Ok(amount)
            }).await;
            let (span, events) = told.take();
            seen.push_str(&format!("{span:?} {events:?}"));
            assert_eq!((span["operation"].as_str(), &span["key"], span["outcome"].as_str()), ("deposit", &key.digest(), outcome));
            assert_eq!(span["attempt"], if fails { "2" } else { "1" });
            assert!(["postgresql", "mysql", "sqlite"].contains(&span["database"].as_str()), "{span:?}");
            let end = events.last().unwrap();
            assert_eq!((end["operation"].as_str(), end["outcome"].as_str(), end["level"].as_str()), ("deposit", outcome, "DEBUG"));
            assert!(end["elapsed"].ends_with('s'), "{end:?}");
            let refused = events.iter().find_map(|event| event.get("rejection")).map(String::as_str);
            assert_eq!(refused, (amount == 51).then_some("urn:idem:key-reused"));
        }
        assert!(!seen.contains(key.as_str()), "{seen}");
    }

    async fn a_body_that_breaks_a_promise_is_warned_of<D: Driver>(db: &TestDb<D>) {
        let told = Told::default();
        let _listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(told.clone()));
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let call = deposit_call(&key, 50).max_result(3);
        let refused = conn.call(call, async |_| Ok::<_, CallError>("too long".to_owned())).await;
        assert!(refused.is_err());
        let (_, events) = told.take();
        let warning = events.iter().find(|event| event["level"] == "WARN").unwrap();
        assert_eq!(warning["rejection"], "urn:idem:result-too-large");
    }
}
