//! Tells every browser what happens, as server-sent events.

use super::board::Message;
use super::routes::Page;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use std::convert::Infallible;
use tokio::sync::broadcast::Receiver;
use tokio::sync::watch;

/// Everything first, then every change, until the page ends. A browser that is too far behind is
/// hung up on: it comes back by itself, and gets everything.
pub(super) async fn events(
    State(page): State<Page>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let (everything, changes) = page.board.follow();
    let following = Following {
        next: Some(everything),
        changes,
        ended: page.ended,
    };
    let stream = unfold(following, |mut following| async {
        let message = following.next().await?;
        let event = Event::default().event(message.event).data(message.data);
        Some((Ok(event), following))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

struct Following {
    next: Option<Message>,
    changes: Receiver<Message>,
    ended: watch::Receiver<bool>,
}

impl Following {
    async fn next(&mut self) -> Option<Message> {
        if let Some(message) = self.next.take() {
            return Some(message);
        }
        tokio::select! {
            message = self.changes.recv() => message.ok(),
            _ = self.ended.wait_for(|&ended| ended) => None,
        }
    }
}
