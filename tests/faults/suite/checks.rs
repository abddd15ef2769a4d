//! What must hold of a fault beyond one effect and one answer.

use crate::cases::Case;
use idem_faults::{Ended, NextUser, Report};

/// Nothing more.
pub(crate) fn nothing(_: Case, _: &Report) {}

/// A transient error of the claim stays hidden, since the body hasn't run; with `retry` every one
/// does. Inside the caller's transaction only the caller can begin anew.
pub(crate) fn hidden_where_promised(case: Case, report: &Report) {
    let mut claims = 0;
    for one in &report.injected {
        let is_claim = one.text.contains("public.idem_claim(")
            || one.text.contains("INSERT INTO public.idem_records")
            || one.text.contains("INSERT INTO idem_records")
            || one.text.contains("idem_records SET fingerprint");
        claims += usize::from(is_claim);
        // Async MySQL's echo takes no lock: a deadlock there is another query's answer, gone astray.
        if one.text.starts_with("SELECT '', CAST(") {
            assert!(
                matches!(one.ended, Ended::Failed(_)) && !one.committed,
                "{one:?}"
            );
            continue;
        }
        if case != Case::Nested && (is_claim || case == Case::Retried) {
            assert_eq!(one.ended, Ended::Answered, "{case:?} at {}", one.text);
        }
    }
    let at_commit = report
        .injected
        .iter()
        .all(|one| one.text.contains("COMMIT"));
    assert!(
        claims > 0 || at_commit,
        "{case:?}: none of these is a claim: {report:?}"
    );
}

/// That SQLite has one writer at a time is hidden, but from a caller who asked not to wait, and
/// from the first write of a caller's own transaction.
pub(crate) fn hidden_while_locked(case: Case, report: &Report) {
    if matches!(case, Case::Nested | Case::Rejecting) {
        return;
    }
    for one in &report.injected {
        assert_eq!(one.ended, Ended::Answered, "{case:?} at {}", one.text);
    }
}

/// Whoever gets the connection next finds it as good as new.
pub(crate) fn the_next_user_is_safe(case: Case, report: &Report) {
    for one in &report.injected {
        let next = one.next_user.as_ref();
        assert_eq!(next, Some(&NextUser::Usable), "{case:?} at {}", one.text);
    }
}
