//! A span per call and an event at its end, with the feature `tracing`. Field names are stable:
//! `operation`, `key` (a short digest), `database`, `outcome`, `attempt`, `elapsed`, `rejection`.

use crate::Error;
use idem_core::{Outcome, RecordId};

/// Runs a call inside its span.
#[cfg(feature = "tracing")]
pub(crate) async fn observed<T, E, F>(
    id: &RecordId<'_>,
    database: &'static str,
    call: F,
) -> Result<Outcome<T>, E>
where
    F: Future<Output = Result<Outcome<T>, E>>,
{
    use tracing::Instrument;
    let span = tracing::debug_span!(
        "idempotent",
        operation = id.operation,
        key = %id.key.digest(),
        database,
        outcome = tracing::field::Empty,
        attempt = tracing::field::Empty,
    );
    let recorded = span.clone();
    async {
        let started = std::time::Instant::now();
        let result = call.await;
        let outcome = match &result {
            Ok(Outcome::Fresh(_)) => "fresh",
            Ok(Outcome::Replayed(_)) => "replayed",
            Err(_) => "error",
        };
        recorded.record("outcome", outcome);
        tracing::debug!(
            operation = id.operation,
            outcome,
            elapsed = ?started.elapsed(),
            "idempotent call"
        );
        result
    }
    .instrument(span)
    .await
}

/// Notes which attempt at the whole transaction this is, from 1.
#[cfg(feature = "tracing")]
pub(crate) fn attempt(number: u32) {
    let span = tracing::Span::current();
    // Where ours is filtered out, the current one is the user's.
    if span
        .metadata()
        .is_some_and(|metadata| metadata.target() == module_path!())
    {
        span.record("attempt", number);
    }
    if number > 1 {
        tracing::debug!(attempt = number, "trying again after a transient error");
    }
}

/// Gives an error of ours to the caller as one of theirs. A refusal is told with the kind of its
/// problem document: as a warning where the code is to blame, not the request.
pub(crate) fn pass_on<E: From<Error>>(error: Error) -> E {
    #[cfg(feature = "tracing")]
    if let Some(rejection) = error.rejection() {
        let kind = rejection.problem().kind;
        if rejection.status() >= 500 {
            tracing::warn!(rejection = kind, "idempotent call refused");
        } else {
            tracing::debug!(rejection = kind, "idempotent call refused");
        }
    }
    error.into()
}

#[cfg(not(feature = "tracing"))]
pub(crate) async fn observed<T, E, F>(
    _: &RecordId<'_>,
    _: &'static str,
    call: F,
) -> Result<Outcome<T>, E>
where
    F: Future<Output = Result<Outcome<T>, E>>,
{
    call.await
}

#[cfg(not(feature = "tracing"))]
pub(crate) const fn attempt(_: u32) {}
