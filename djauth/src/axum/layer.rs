//! The one layer: it puts session, user and permissions within reach of every handler, and sees the answer off.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Poll, ready},
};

use axum::{
    BoxError,
    body::{Body, Bytes, HttpBody},
    response::{IntoResponse, Response},
};
use djauth_runtime::{request::SessionCookie, user::AuthUser};
use http::{HeaderMap, HeaderValue, Method, Request, header::COOKIE};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::{
    audience::Audience,
    context::{Context, Handle, RequestContext},
    csrf, finish,
    host::host,
    rejection::{self, Reason, Rejection},
};
use crate::Auth;

impl<U: AuthUser> Auth<U> {
    /// Returns the layer that every guard and extractor needs (Django's session, authentication, CSRF and
    /// login-required middleware in one).
    ///
    /// Put it around the whole router, after the last route. It loads nothing: a page that asks for no user costs no
    /// statement.
    ///
    /// [`manage`](crate::manage) adds it by itself, and shows warnings and errors; `RUST_LOG=info` shows the rest. A program that serves itself needs a
    /// subscriber for that; without one nobody learns why a request is refused, or what a 500 wants mended.
    ///
    /// # Examples
    /// ```no_run
    /// use std::net::SocketAddr;
    ///
    /// use axum::Router;
    /// use djauth::{Auth, User};
    ///
    /// #[tokio::main]
    /// async fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///     tracing_subscriber::fmt::init(); // of `cargo add tracing-subscriber`
    ///     let auth = Auth::<User>::connect("sqlite://app.db").await?;
    ///     let app = Router::new().nest("/accounts", auth.urls()).layer(auth.layer());
    ///     let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    ///     // With it receivers and backends learn the client's address.
    ///     let service = app.into_make_service_with_connect_info::<SocketAddr>();
    ///     Ok(axum::serve(listener, service).await?)
    /// }
    /// ```
    #[must_use]
    pub fn layer(&self) -> AuthLayer<U> {
        AuthLayer { app: self.clone() }
    }
}

/// The layer of [`Auth::layer`].
pub struct AuthLayer<U: AuthUser> {
    app: Auth<U>,
}

impl<U: AuthUser> Clone for AuthLayer<U> {
    fn clone(&self) -> Self {
        Self { app: self.app.clone() }
    }
}

impl<U: AuthUser> fmt::Debug for AuthLayer<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuthLayer").field(&self.app).finish()
    }
}

impl<U: AuthUser, S> Layer<S> for AuthLayer<U> {
    type Service = AuthService<U, S>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthService { app: self.app.clone(), inner }
    }
}

/// The service of [`AuthLayer`].
pub struct AuthService<U: AuthUser, S> {
    app: Auth<U>,
    inner: S,
}

impl<U: AuthUser, S: Clone> Clone for AuthService<U, S> {
    fn clone(&self) -> Self {
        Self { app: self.app.clone(), inner: self.inner.clone() }
    }
}

impl<U: AuthUser, S> fmt::Debug for AuthService<U, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuthService").field(&self.app).finish()
    }
}

impl<U, S, B> Service<Request<B>> for AuthService<U, S>
where
    U: AuthUser,
    S: Service<Request<Body>, Response = Response>,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<U, S::Future>;

    fn poll_ready(&mut self, cx: &mut std::task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if let Err(rejection) = self.accept(&request) {
            return ResponseFuture::new(State::Refused { response: Some(rejection.into_response()) });
        }
        let cookie = session_cookie(request.headers(), self.app.settings().session_cookie_name());
        let is_options = request.method() == Method::OPTIONS;
        let audience = Audience::of(request.headers(), self.app.settings().profile);
        let context = Arc::new(RequestContext::new(self.app.clone(), cookie, audience));
        request.extensions_mut().insert(Handle::new(Arc::clone(&context)));
        let request = csrf::prepare(request.map(Body::new), &*context);
        ResponseFuture::new(State::Running {
            future: self.inner.call(request),
            context: Some(context),
            is_options,
        })
    }
}

impl<U: AuthUser, S> AuthService<U, S> {
    fn accept<B>(&self, request: &Request<B>) -> Result<(), Rejection> {
        if let Some(handle) = Handle::find(request.extensions()) {
            handle.context().gate().is_guarded();
            return Err(Rejection::misconfigured(
                "there are two layers of djauth in one stack, and the request is refused; keep `.layer(auth.layer())` \
                 on the outermost router only (`djauth::manage` adds it by itself)",
            ));
        }
        let host = host(request.uri(), request.headers());
        let hosts = &self.app.site().hosts;
        if host.is_some_and(|host| hosts.allows(host)) {
            return Ok(());
        }
        hosts.log_foreign(host, self.app.now());
        Err(Rejection::new(Reason::BadRequest, Audience::of(request.headers(), self.app.settings().profile)))
    }
}

fn session_cookie(headers: &HeaderMap, name: &str) -> SessionCookie {
    SessionCookie::read(headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes), name)
}

pin_project! {
    /// The future of [`AuthService`].
    pub struct ResponseFuture<U: AuthUser, F> {
        #[pin]
        state: State<U, F>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<U: AuthUser, F> {
        Refused { response: Option<Response> },
        Running { #[pin] future: F, context: Option<Arc<RequestContext<U>>>, is_options: bool },
        // Only answers after which the session has to be saved are worth a box.
        Saving { future: Pin<Box<dyn Future<Output = Response> + Send>> },
    }
}

impl<U: AuthUser, F> ResponseFuture<U, F> {
    fn new(state: State<U, F>) -> Self {
        Self { state }
    }
}

impl<U: AuthUser, F> fmt::Debug for ResponseFuture<U, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseFuture")
    }
}

impl<U, F, E> Future for ResponseFuture<U, F>
where
    U: AuthUser,
    F: Future<Output = Result<Response, E>>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let next = match state.as_mut().project() {
                StateProjection::Refused { response } => {
                    return Poll::Ready(Ok(response.take().expect("a future is not polled after its end")));
                }
                StateProjection::Saving { future } => return future.as_mut().poll(cx).map(Ok),
                StateProjection::Running { future, context, is_options } => {
                    let response = ready!(future.poll(cx))?;
                    let context = context.take().expect("a future is not polled after its end");
                    let response = finish::withhold_unguarded(&context, *is_options, response);
                    let response = rejection::address(response, context.audience());
                    match context.auth.finish_unsaved(response.status().as_u16()) {
                        Some(finish) => return Poll::Ready(Ok(finish::answer(&context, &finish, response))),
                        None => State::Saving { future: Box::pin(finish::save(context, response)) },
                    }
                }
            };
            state.set(next);
        }
    }
}
