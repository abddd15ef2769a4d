//! The user's code: called once or, if it may be, again.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// What a body gave, and what is left of it where it may run again.
pub(crate) struct Ran<T, E, A> {
    pub(crate) result: Result<T, E>,
    pub(crate) again: Option<A>,
}

/// A body that is run with a connection.
pub(crate) trait Body<C, T, E>: Sized {
    /// What is left of it for another attempt.
    type Again;

    async fn call(self, conn: &mut C) -> Ran<T, E, Self::Again>;
}

/// Runs a future; a panic in it comes back as a value, so that there is a time to roll back.
pub(crate) async fn caught<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        // Whatever is left half done is rolled back, and the panic goes on: nobody gets to see it.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

/// A future in memory of its own. Inside of another one, a copy of it would lie in each layer from
/// here up to the caller's, and calls in calls would soon fill a thread's stack.
#[cfg(feature = "async")]
pub(crate) fn apart<F: Future>(future: F) -> std::pin::Pin<Box<F>> {
    Box::pin(future)
}

/// A sync body that can run once.
pub(crate) struct Once<F>(pub(crate) F);

impl<F, C, T, E> Body<C, T, E> for Once<F>
where
    F: FnOnce(&mut C) -> Result<T, E>,
{
    type Again = Self;

    async fn call(self, conn: &mut C) -> Ran<T, E, Self> {
        Ran {
            result: (self.0)(conn),
            again: None,
        }
    }
}

/// A sync body that can run again.
pub(crate) struct Many<F>(pub(crate) F);

impl<F, C, T, E> Body<C, T, E> for Many<F>
where
    F: FnMut(&mut C) -> Result<T, E>,
{
    type Again = Self;

    async fn call(mut self, conn: &mut C) -> Ran<T, E, Self> {
        Ran {
            result: (self.0)(conn),
            again: Some(self),
        }
    }
}

/// An async body that can run once.
#[cfg(feature = "async")]
pub(crate) struct AsyncOnce<F>(pub(crate) F);

#[cfg(feature = "async")]
impl<F, C, T, E> Body<C, T, E> for AsyncOnce<F>
where
    F: AsyncFnOnce(&mut C) -> Result<T, E>,
{
    type Again = Self;

    async fn call(self, conn: &mut C) -> Ran<T, E, Self> {
        Ran {
            result: apart((self.0)(conn)).await,
            again: None,
        }
    }
}

/// An async body that can run again.
#[cfg(feature = "async")]
pub(crate) struct AsyncMany<F>(pub(crate) F);

#[cfg(feature = "async")]
impl<F, C, T, E> Body<C, T, E> for AsyncMany<F>
where
    F: AsyncFnMut(&mut C) -> Result<T, E>,
{
    type Again = Self;

    async fn call(mut self, conn: &mut C) -> Ran<T, E, Self> {
        Ran {
            result: apart((self.0)(conn)).await,
            again: Some(self),
        }
    }
}

/// An async body that the caller makes anew for each attempt.
#[cfg(feature = "async")]
pub(crate) struct AsyncEach<F>(pub(crate) F);

#[cfg(feature = "async")]
impl<F, C, T, E> Body<C, T, E> for AsyncEach<F>
where
    F: AsyncFnOnce(&mut C) -> Result<T, E>,
{
    /// Only that another one is wanted.
    type Again = ();

    async fn call(self, conn: &mut C) -> Ran<T, E, ()> {
        Ran {
            result: apart((self.0)(conn)).await,
            again: Some(()),
        }
    }
}
