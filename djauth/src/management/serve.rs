//! Serves the program over HTTP until it is told to stop.
//!
//! In a deployment a proxy stands in front, which ends TLS and bounds how many connections wait how long.

use std::{future::Future, net::SocketAddr, time::Duration};

use ::axum::Router;
use djauth_runtime::{check, user::AuthUser};
use tokio::{net::TcpListener, signal, sync::oneshot, time};

use super::{Failure, console::Console, database};
use crate::{Auth, views::setup};

/// How long requests that have begun may take to end once the program is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Runs the command.
pub(super) async fn run<U: AuthUser>(
    auth: &Auth<U>,
    app: Router,
    bind: &str,
    console: &mut dyn Console,
) -> Result<(), Failure> {
    database::prepare(auth).await?;
    // Before anybody is invited to what would not be served.
    check::fail_on_errors(&auth.check_routes(app.clone().layer(auth.layer())).await)?;
    let stop = stop_signal()?;
    let listener = listen(bind).await?;
    let address = listener.local_addr()?;
    let app = match (auth.settings().development, address.ip().is_loopback()) {
        (true, true) => invite(auth, app, address, console).await?,
        (true, false) => {
            console.complain("warning: other machines can reach a program that is set up for this one alone");
            app
        }
        (false, _) => app,
    };
    console.say(&format!("Serving {} (Ctrl-C stops it)", url(address, "/")));
    serve(listener, app.layer(auth.layer()), stop).await
}

/// Prints a link to the page that makes the first superuser, unless there is one.
async fn invite<U: AuthUser>(
    auth: &Auth<U>,
    app: Router,
    address: SocketAddr,
    console: &mut dyn Console,
) -> Result<Router, Failure> {
    if U::MODEL.roles.is_superuser.is_none() || auth.users().has_superuser().await? {
        return Ok(app);
    }
    let (path, pages) = setup::urls(auth)?;
    console.say(&format!("There is no superuser yet; make one at {}", url(address, &path)));
    Ok(pages.fallback_service(app))
}

/// Returns an address that a browser on this machine can open.
fn url(mut address: SocketAddr, path: &str) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            [127, 0, 0, 1].into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    format!("http://{address}{path}")
}

async fn listen(bind: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(bind).await.map_err(|error| {
        Failure::Command(format!(
            "the address {bind:?} cannot be listened on: {error}; name another, such as --bind 127.0.0.1:8001 or \
             DJAUTH_BIND"
        ))
    })
}

async fn serve(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let (stopping, stopped) = oneshot::channel::<()>();
    let server = ::axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async {
            stop.await;
            let _ = stopping.send(());
        });
    tokio::select! {
        served = async { server.await } => Ok(served?),
        () = async {
            let _ = stopped.await;
            time::sleep(LAST_REQUESTS).await;
        } => Ok(()),
    }
}

/// Returns a future that ends when somebody presses Ctrl-C or the system asks the program to end.
fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    #[cfg(unix)]
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use djauth_runtime::{memory::MemoryStore, settings::Settings, test_util::Person};

    use super::*;
    use crate::management::console::test::Script;

    #[tokio::test]
    async fn nobody_is_invited_to_a_program_that_does_not_serve() {
        let store = MemoryStore::<Person>::new();
        let auth = Auth::builder().stores(store.clone(), store).settings(Settings::development());
        let auth = auth.build().await.expect("sound settings");
        let doubled = Router::new().nest("/accounts", auth.urls()).layer(auth.layer());
        for (app, id) in [(Router::new(), "djauth.E008"), (doubled, "djauth.E010")] {
            let mut console = Script::without_terminal();
            let failure = run(&auth, app, "127.0.0.1:0", &mut console).await.expect_err("no login page");
            assert!(failure.to_string().contains(id), "{failure}");
            assert_eq!(console.transcript, [""; 0]);
        }
    }

    #[test]
    fn the_printed_address_can_be_opened_here() {
        for (bound, printed) in [
            ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
            ("0.0.0.0:80", "http://127.0.0.1:80/"),
            ("[::]:8000", "http://[::1]:8000/"),
        ] {
            assert_eq!(url(bound.parse().expect("an address"), "/"), printed);
        }
    }
}
