//! The page's files, which are part of the program.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// A file: where it is, what it is, and what is in it.
pub(super) struct Asset {
    pub(super) path: &'static str,
    kind: &'static str,
    text: &'static str,
}

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! asset {
    ($path:literal, $file:literal, $kind:expr) => {
        Asset {
            path: $path,
            kind: $kind,
            text: include_str!(concat!("../page/", $file)),
        }
    };
}

/// All of them.
pub(super) const ASSETS: &[Asset] = &[
    asset!("/", "index.html", "text/html; charset=utf-8"),
    asset!("/style.css", "style.css", CSS),
    asset!("/stage.css", "stage.css", CSS),
    asset!("/books.css", "books.css", CSS),
    asset!("/icon.svg", "icon.svg", "image/svg+xml"),
    asset!("/app.js", "app.js", JAVASCRIPT),
    asset!("/customer.js", "customer.js", JAVASCRIPT),
    asset!("/line.js", "line.js", JAVASCRIPT),
    asset!("/chart.js", "chart.js", JAVASCRIPT),
    asset!("/log.js", "log.js", JAVASCRIPT),
    asset!("/words.js", "words.js", JAVASCRIPT),
];

impl Asset {
    pub(super) fn response(&self) -> Response {
        ([(header::CONTENT_TYPE, self.kind)], self.text).into_response()
    }
}
