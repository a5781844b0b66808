//! The body of a form, of which a guard reads the beginning before the handler reads all of it.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use axum::body::{Body, Bytes, HttpBody};
use bytes::BytesMut;
use http_body::{Frame, SizeHint};

use crate::axum::form::MAX_FORM_SIZE;

/// The body of a form. What a guard reads of it, the handler gets as well; whoever reads after the handler gets nothing.
#[derive(Clone)]
pub(super) struct FormBody(Arc<Mutex<State>>);

struct State {
    /// What a guard has read, [`MAX_FORM_SIZE`] bytes at most.
    beginning: BytesMut,
    /// What ended the reading: more than that, trailers, or a failure.
    next: Option<Result<Frame<Bytes>, axum::Error>>,
    /// What nobody has read; `None` after its end.
    rest: Option<Body>,
    /// Whether the handler has begun to read, or a layer before the guard, and has the beginning.
    is_taken: bool,
}

impl FormBody {
    pub(super) fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(State {
            beginning: BytesMut::new(),
            next: None,
            rest: Some(body),
            is_taken: false,
        })))
    }

    /// Returns the first [`MAX_FORM_SIZE`] bytes, as often as somebody asks before the handler reads.
    pub(super) fn beginning(&self) -> Beginning {
        Beginning { body: self.clone(), read: 0, is_over: false }
    }

    /// Returns whether the beginning, now that it is read, is the whole form.
    pub(super) fn is_whole(&self) -> bool {
        let state = self.state();
        match &state.next {
            Some(next) => next.as_ref().is_ok_and(Frame::is_trailers),
            None => state.rest.is_none(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(rest).poll_frame(cx));
        if frame.is_none() {
            self.rest = None;
        }
        Poll::Ready(frame)
    }

    /// Adds a frame to the beginning, or what does not belong there to what follows it.
    fn keep(&mut self, frame: Result<Frame<Bytes>, axum::Error>) {
        match frame.map(Frame::into_data) {
            Ok(Ok(mut data)) => {
                let fits = data.len().min(MAX_FORM_SIZE - self.beginning.len());
                self.beginning.extend_from_slice(&data.split_to(fits));
                self.next = (!data.is_empty()).then(|| Ok(Frame::data(data)));
            }
            Ok(Err(trailers)) => self.next = Some(Ok(trailers)),
            Err(error) => self.next = Some(Err(error)),
        }
    }
}

impl HttpBody for FormBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut state = self.state();
        state.is_taken = true;
        if !state.beginning.is_empty() {
            let beginning = state.beginning.split().freeze();
            return Poll::Ready(Some(Ok(Frame::data(beginning))));
        }
        match state.next.take() {
            Some(next) => Poll::Ready(Some(next)),
            None => state.poll_rest(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        let state = self.state();
        let is_read = state.beginning.is_empty() && state.next.is_none();
        is_read && state.rest.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let state = self.state();
        let next = state.next.as_ref().and_then(|next| next.as_ref().ok()?.data_ref());
        let read = (state.beginning.len() + next.map_or(0, Bytes::len)) as u64;
        let rest = state.rest.as_ref().map_or(SizeHint::with_exact(0), HttpBody::size_hint);
        let mut all = SizeHint::new();
        all.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper() {
            all.set_upper(upper.saturating_add(read));
        }
        all
    }
}

/// The beginning of a form, as far as it is there.
pub(super) struct Beginning {
    body: FormBody,
    read: usize,
    is_over: bool,
}

impl Beginning {
    /// Ends, but not in one breath with the last bytes: multer looks for the first boundary between two reads, and if the
    /// second comes to the end it gives up without another look.
    fn end(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        self.is_over = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl HttpBody for Beginning {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let body = self.body.clone();
        let mut state = body.state();
        loop {
            if let Some(unread @ [_, ..]) = state.beginning.get(self.read..) {
                let unread = Bytes::copy_from_slice(unread);
                self.read += unread.len();
                return Poll::Ready(Some(Ok(Frame::data(unread))));
            }
            if state.is_taken || state.next.is_some() {
                return self.end(cx);
            }
            match ready!(state.poll_rest(cx)) {
                Some(frame) => state.keep(frame),
                None => return self.end(cx),
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
pub(super) mod tests {
    use std::collections::VecDeque;

    use http::{HeaderMap, HeaderValue};
    use http_body_util::BodyExt;
    use proptest::{collection::vec, prelude::*};
    use tokio::runtime::Builder;

    use super::*;

    /// A body that comes in these frames, or fails.
    pub(in super::super) struct Frames(VecDeque<Result<Frame<Bytes>, &'static str>>);

    impl Frames {
        pub(in super::super) fn of(chunks: &[Vec<u8>]) -> Self {
            Self(chunks.iter().map(|chunk| Ok(Frame::data(chunk.clone().into()))).collect())
        }
    }

    impl HttpBody for Frames {
        type Data = Bytes;
        type Error = &'static str;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
            Poll::Ready(self.0.pop_front())
        }
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        Builder::new_current_thread().build().unwrap().block_on(future)
    }

    async fn all(body: impl HttpBody<Data = Bytes, Error: std::fmt::Debug>) -> Vec<u8> {
        body.collect().await.unwrap().to_bytes().into()
    }

    proptest! {
        #[test]
        fn s6_what_a_guard_reads_is_a_beginning_and_comes_again(
            chunks in vec(vec(any::<u8>(), 0..6000), 0..8),
            read: [bool; 2],
        ) {
            let whole = chunks.concat();
            let body = FormBody::new(Body::new(Frames::of(&chunks)));
            run(async {
                for _ in read.into_iter().filter(|read| *read) {
                    let beginning = all(body.beginning()).await;
                    prop_assert_eq!(&beginning, &whole[..whole.len().min(MAX_FORM_SIZE)]);
                    prop_assert_eq!(body.is_whole(), whole.len() <= MAX_FORM_SIZE);
                }
                prop_assert_eq!(all(body.clone()).await, whole);
                prop_assert!(body.is_end_stream());
                Ok(())
            })?;
        }
    }

    #[tokio::test]
    async fn its_length_stays_right() {
        for length in [0, 10, MAX_FORM_SIZE, MAX_FORM_SIZE + 1, 100_000] {
            let mut body = FormBody::new(Body::from(vec![0; length]));
            let known = |body: &FormBody| (body.size_hint().exact(), body.is_end_stream());
            assert_eq!(known(&body), (Some(length as u64), length == 0));
            all(body.beginning()).await;
            let mut left = length;
            assert_eq!(known(&body), (Some(left as u64), left == 0));
            while let Some(frame) = body.frame().await {
                left -= frame.unwrap().into_data().unwrap().len();
                assert_eq!(known(&body), (Some(left as u64), left == 0));
            }
            assert_eq!(left, 0);
        }
    }

    #[tokio::test]
    async fn trailers_and_failures_are_for_the_handler() {
        let trailers = HeaderMap::from_iter([(http::header::ETAG, HeaderValue::from_static("x"))]);
        let frames = |last| Frames(VecDeque::from([Ok(Frame::data("form".into())), last]));

        let body = FormBody::new(Body::new(frames(Ok(Frame::trailers(trailers.clone())))));
        assert_eq!(all(body.beginning()).await, b"form");
        assert!(body.is_whole());
        let read = body.collect().await.unwrap();
        assert_eq!((read.trailers().cloned(), read.to_bytes()), (Some(trailers), "form".into()));

        let mut body = FormBody::new(Body::new(frames(Err("connection lost"))));
        assert_eq!(all(body.beginning()).await, b"form");
        assert!(!body.is_whole());
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "form");
        assert_eq!(body.frame().await.unwrap().unwrap_err().to_string(), "connection lost");
    }

    #[tokio::test]
    async fn what_a_handler_has_begun_to_read_has_no_beginning() {
        let mut body = FormBody::new(Body::new(Frames::of(&[b"a=b&".to_vec(), b"c=d".to_vec()])));
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "a=b&");
        assert!(all(body.beginning()).await.is_empty() && !body.is_whole());
        assert_eq!(all(body).await, b"c=d");
    }
}
