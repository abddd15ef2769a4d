//! What can go wrong, and where.

/// One way for a call to be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process gets a SIGKILL between two statements, before the first or after the last.
    Killed,
    /// A panic in the thread of the call, just before a statement is sent.
    PanicBefore,
    /// A panic in the thread of the call, just after a statement's answer has come.
    PanicAfter,
    /// The connection ends before the server has got the statement.
    CutBefore,
    /// The connection ends when the server has run the statement, and before the client has its answer.
    CutAfter,
    /// The call's future is dropped while its statement is on the way; the server gets it afterwards.
    DroppedBefore,
    /// The call's future is dropped when the server has run the statement, and before the client
    /// has its answer.
    DroppedAfter,
    /// The server refuses the statement with an error after which the same again may succeed.
    Fails(Failure),
    /// SQLite: another connection takes what lock it can get as a statement starts, and keeps it
    /// for a while.
    Locked,
}

/// An error of a server, which is left as this error leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// PostgreSQL 40P01: the transaction is aborted. MySQL 1213: it is rolled back already.
    Deadlock,
    /// PostgreSQL 40001 at a statement: the transaction is aborted.
    Serialization,
    /// PostgreSQL 40001 at COMMIT: the transaction is over.
    SerializationAtCommit,
    /// MySQL 1205: the statement has had no effect, the transaction is as it was.
    LockTimeout,
}

/// What a fault is counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The events of Diesel's instrumentation.
    Statement,
    /// The requests that travel to the server.
    Request,
}

impl Fault {
    /// Where this fault strikes; without a server, a dropped future is dropped in a statement.
    pub(crate) fn place(self, has_server: bool) -> Place {
        match self {
            Self::Killed | Self::PanicBefore | Self::PanicAfter | Self::Locked => Place::Statement,
            Self::DroppedBefore | Self::DroppedAfter if !has_server => Place::Statement,
            Self::DroppedBefore
            | Self::DroppedAfter
            | Self::CutBefore
            | Self::CutAfter
            | Self::Fails(_) => Place::Request,
        }
    }

    /// Whether this fault can strike at this statement at all.
    pub(crate) fn applies_to(self, statement: &str) -> bool {
        match self {
            Self::Fails(Failure::SerializationAtCommit) => statement.contains("COMMIT"),
            _ => true,
        }
    }

    pub(crate) fn drops_the_future(self) -> bool {
        matches!(self, Self::DroppedBefore | Self::DroppedAfter)
    }
}
