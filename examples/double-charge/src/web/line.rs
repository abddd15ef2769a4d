//! The line between the browser and the shop: slow, so that it can be watched, and lossy.

use super::board::Board;
use super::request::Stage;
use super::socket::Cut;
use crate::plan::Fate;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// The line, for one request.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) fate: Fate,
    /// How long each way takes.
    pub(super) delay: Duration,
    pub(super) cut: Cut,
}

impl Line {
    /// Carries a request to the shop and its answer back, or doesn't.
    pub(super) async fn carry(
        self,
        trip: &mut Trip,
        shop: impl Future<Output = Response>,
    ) -> Response {
        if self.fate == Fate::RequestLost {
            tokio::time::sleep(self.delay / 2).await;
            return self.lose(trip, Stage::RequestLost);
        }
        tokio::time::sleep(self.delay).await;
        trip.reaches(Stage::AtTheShop);
        let answer = shop.await;
        trip.reaches(Stage::Answered);
        if self.fate == Fate::ResponseLost {
            tokio::time::sleep(self.delay / 2).await;
            return self.lose(trip, Stage::ResponseLost);
        }
        tokio::time::sleep(self.delay).await;
        trip.ends(Stage::Delivered);
        answer
    }

    /// The server must return something; on this connection it goes nowhere.
    fn lose(&self, trip: &mut Trip, stage: Stage) -> Response {
        self.cut.cut();
        trip.ends(stage);
        StatusCode::NO_CONTENT.into_response()
    }
}

/// One request's way, as the board shows it. If it is dropped on the way, the browser has hung up.
#[derive(Debug)]
pub(super) struct Trip {
    board: Arc<Board>,
    pub(super) id: u64,
    over: bool,
}

impl Trip {
    pub(super) fn new(board: Arc<Board>, id: u64) -> Self {
        Self {
            board,
            id,
            over: false,
        }
    }

    fn reaches(&self, stage: Stage) {
        self.board.update(self.id, |request| request.stage = stage);
    }

    fn ends(&mut self, stage: Stage) {
        self.over = true;
        self.reaches(stage);
    }
}

impl Drop for Trip {
    fn drop(&mut self) {
        if !self.over {
            self.reaches(Stage::HungUp);
        }
    }
}
