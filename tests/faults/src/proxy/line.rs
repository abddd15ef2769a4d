//! One connection through the proxy: a thread for each direction.

use super::control::{Action, Control};
use super::wire::Sent;
use crate::link::Wire;
use crate::trigger::{PATIENCE, Trigger};
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Both ends of a connection.
pub(super) struct Line {
    client: TcpStream,
    server: TcpStream,
    wire: Wire,
    control: Arc<Control>,
    state: Mutex<State>,
    answered: Condvar,
}

struct State {
    /// Whether the last request's answer is still to come.
    waiting: bool,
    answer: Answer,
}

/// What to do with the answer to come.
#[derive(Clone)]
enum Answer {
    Pass,
    CutAfter(Arc<Trigger>),
    Hold(Arc<Trigger>),
    /// Only what belongs to an error.
    Error,
    Swallow,
}

impl Line {
    pub(super) fn open(client: TcpStream, server: TcpStream, wire: Wire, control: Arc<Control>) {
        // A statement is one small packet and the client waits for its answer.
        let _ = client.set_nodelay(true);
        let _ = server.set_nodelay(true);
        let line = Arc::new(Self {
            client,
            server,
            wire,
            control,
            state: Mutex::new(State {
                waiting: false,
                answer: Answer::Pass,
            }),
            answered: Condvar::new(),
        });
        let down = Arc::clone(&line);
        std::thread::spawn(move || {
            // An error is the end of one side; then the other ends too.
            let _ = line.requests();
            line.cut();
        });
        std::thread::spawn(move || {
            let _ = down.answers();
            down.cut();
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cut(&self) {
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
        self.is_answered();
    }

    fn is_answered(&self) {
        self.state().waiting = false;
        self.answered.notify_all();
    }

    fn await_answer(&self) {
        let state = self.state();
        let _ = self
            .answered
            .wait_timeout_while(state, PATIENCE, |state| state.waiting);
    }

    fn requests(&self) -> io::Result<()> {
        let mut stream = BufReader::new(&self.client);
        let mut reader = self.wire.client();
        loop {
            match reader.next(&mut stream)? {
                Sent::Aside(bytes) => (&self.server).write_all(&bytes)?,
                Sent::Encryption(refusal) => (&self.client).write_all(refusal)?,
                Sent::Request(part, bytes) => {
                    if self.wire.pipelines() {
                        self.await_answer();
                    }
                    match part.and_then(|part| self.control.arrives(part)) {
                        None => self.send(&bytes, Answer::Pass)?,
                        Some((action, trigger)) => self.act(action, trigger, &bytes)?,
                    }
                }
            }
        }
    }

    fn send(&self, request: &[u8], answer: Answer) -> io::Result<()> {
        *self.state() = State {
            waiting: true,
            answer,
        };
        (&self.server).write_all(request)
    }

    fn act(&self, action: Action, trigger: Arc<Trigger>, request: &[u8]) -> io::Result<()> {
        match action {
            Action::CutBefore => {
                trigger.strike();
                self.cut();
                Ok(())
            }
            Action::CutAfter => self.send(request, Answer::CutAfter(trigger)),
            Action::HoldRequest => {
                trigger.strike();
                trigger.hold();
                self.send(request, Answer::Pass)
            }
            Action::HoldAnswer => self.send(request, Answer::Hold(trigger)),
            Action::Fail(failure) => {
                let mut statements = self.wire.failing(request, failure);
                let last = statements.pop().unwrap_or_default();
                for statement in statements {
                    self.send(&statement, Answer::Swallow)?;
                    self.await_answer();
                }
                trigger.strike();
                self.send(&last, Answer::Error)
            }
        }
    }

    fn answers(&self) -> io::Result<()> {
        let mut stream = BufReader::new(&self.server);
        let mut held = Vec::new();
        loop {
            let frame = self.wire.server_frame(&mut stream)?;
            let is_last = self.wire.ends_answer(&frame);
            let answer = self.state().answer.clone();
            let passed_on = match answer {
                Answer::Pass => frame,
                Answer::Error if self.wire.belongs_to_error(&frame) => frame,
                Answer::Error | Answer::Swallow => Vec::new(),
                Answer::CutAfter(trigger) if is_last => {
                    trigger.strike();
                    self.cut();
                    return Ok(());
                }
                Answer::CutAfter(_) => Vec::new(),
                Answer::Hold(trigger) => {
                    held.extend(frame);
                    if is_last {
                        trigger.strike();
                        trigger.hold();
                        self.state().answer = Answer::Pass;
                        std::mem::take(&mut held)
                    } else {
                        Vec::new()
                    }
                }
            };
            // Before the client has it, whose next request may come at once.
            if is_last {
                self.is_answered();
            }
            (&self.client).write_all(&passed_on)?;
        }
    }
}
