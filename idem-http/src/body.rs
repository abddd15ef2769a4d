//! Bodies that are read as far as they may be, and go on from there.

use bytes::Bytes;
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request that the layer passes on, and of a response that it gives.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;

/// A body broke off. Its source is the error of the body that was wrapped.
// A type of its own: with the box as a body's error, the compiler can't tell that the futures are `Send`.
#[derive(Debug, thiserror::Error)]
#[error("the body broke off")]
pub struct BodyError(#[source] BoxError);

/// A body that the layer takes.
pub(crate) trait Incoming:
    http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static
{
}

impl<B> Incoming for B where B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static
{}

pub(crate) fn pass<B: Incoming>(body: B) -> Body {
    body.map_err(|error| BodyError(error.into())).boxed_unsync()
}

pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    pass(Full::new(bytes.into()))
}

/// Why a request's body isn't there.
pub(crate) enum Unread {
    TooLong,
    Broken(BoxError),
}

/// Reads a request's whole body.
pub(crate) async fn read_all<B: Incoming>(body: B, max: usize) -> Result<Bytes, Unread> {
    match Limited::new(body, max).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLong),
        Err(error) => Err(Unread::Broken(error)),
    }
}

/// As much of a response's body as was read.
pub(crate) enum Read {
    /// All of it.
    Whole(Vec<u8>),
    /// Not all of it, since it is longer or has trailers; it goes on where it was left.
    Beginning(Body),
    /// It broke off.
    Broken(Body),
}

/// Reads a response's body up to a length.
pub(crate) async fn read_up_to<B: Incoming>(body: B, max: usize) -> Read {
    let mut rest = Box::pin(body);
    let mut read = VecDeque::new();
    let mut length = 0_usize;
    loop {
        match rest.frame().await {
            None => return Read::Whole(concat(&read)),
            Some(Ok(frame)) => {
                length = length.saturating_add(frame.data_ref().map_or(0, Bytes::len));
                let can_be_kept = frame.is_data() && length <= max;
                read.push_back(Ok(frame));
                if !can_be_kept {
                    return Read::Beginning(Resumed { read, rest }.boxed_unsync());
                }
            }
            Some(Err(error)) => {
                read.push_back(Err(BodyError(error.into())));
                return Read::Broken(Resumed { read, rest }.boxed_unsync());
            }
        }
    }
}

fn concat(frames: &VecDeque<Result<Frame<Bytes>, BodyError>>) -> Vec<u8> {
    let frames = frames
        .iter()
        .filter_map(|frame| frame.as_ref().ok()?.data_ref());
    frames.flat_map(|data| data.iter().copied()).collect()
}

/// What was read of a body, and then the rest of it.
struct Resumed<B> {
    read: VecDeque<Result<Frame<Bytes>, BodyError>>,
    rest: Pin<Box<B>>,
}

impl<B: Incoming> http_body::Body for Resumed<B> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.read.pop_front() {
            Some(frame) => Poll::Ready(Some(frame)),
            None => {
                let frame = self.rest.as_mut().poll_frame(context);
                frame.map(|frame| frame.map(|frame| frame.map_err(|error| BodyError(error.into()))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && self.rest.is_end_stream()
    }
}
