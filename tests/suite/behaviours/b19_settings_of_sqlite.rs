use idem_tests::{Driver, TestDb, for_each_driver};

use super::b19_usual_answers::assert_usual_answers;

for_each_driver! {
    on sqlite_sync sqlite_async sqlite_journal_sync sqlite_journal_async;

    async fn pragmas_change_no_answer<D: Driver>(db: &TestDb<D>) {
        let pragmas = db
            .on_connect("PRAGMA foreign_keys = ON")
            .on_connect("PRAGMA recursive_triggers = ON")
            .on_connect("PRAGMA reverse_unordered_selects = ON")
            .on_connect("PRAGMA case_sensitive_like = ON")
            .on_connect("PRAGMA synchronous = OFF");
        assert_usual_answers(&pragmas).await;
    }

    async fn a_connection_that_never_waits_changes_no_answer<D: Driver>(db: &TestDb<D>) {
        assert_usual_answers(&db.on_connect("PRAGMA busy_timeout = 0")).await;
    }
}
