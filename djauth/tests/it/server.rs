//! Over a real socket, byte by byte: what only a server and a client make together.

use std::net::SocketAddr;

use djauth::store::Holder;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::site::{ANN, Site};

async fn serve() -> SocketAddr {
    serve_site(Site::new().await).await
}

async fn serve_site(site: Site) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = site.router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// Sends bytes and reads until the server closes.
async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may refuse and close before it has read everything.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn head(address: SocketAddr, line: &str, headers: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAccept: text/html\r\n{headers}\r\n")
}

#[tokio::test]
async fn a_visitor_is_redirected_and_head_has_no_body() {
    let address = serve().await;
    for method in ["GET", "HEAD"] {
        let answer = exchange(address, head(address, &format!("{method} /?a=b"), "").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 303 See Other\r\n"), "{answer}");
        assert!(answer.contains("location: /accounts/login/?next=/%3Fa%3Db\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
        let page =
            exchange(address, head(address, &format!("{method} /accounts/login/"), "").as_bytes()).await;
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert_eq!(page.contains("<form"), method == "GET");
    }
}

#[tokio::test]
async fn s86_the_target_of_a_request_may_not_name_another_host() {
    let address = serve().await;
    let request = head(address, "GET http://evil.example/static", "");
    assert!(exchange(address, request.as_bytes()).await.starts_with("HTTP/1.1 400 "));
    let request = head(address, &format!("GET http://{address}/static"), "");
    assert!(exchange(address, request.as_bytes()).await.starts_with("HTTP/1.1 200 "));
    let bare = "GET /static HTTP/1.0\r\n\r\n";
    assert!(exchange(address, bare.as_bytes()).await.starts_with("HTTP/1.0 400 "));
}

#[tokio::test]
async fn s89_a_chunked_body_of_a_mebibyte_is_refused() {
    let address = serve().await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let mut request =
        head(address, "POST /accounts/login/", &format!("{form}Transfer-Encoding: chunked\r\n"));
    for _ in 0..1024 {
        request.push_str("400\r\n");
        request.push_str(&"a".repeat(1024));
        request.push_str("\r\n");
    }
    request.push_str("0\r\n\r\n");
    let answer = exchange(address, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer:.100}");
    let long = head(address, "POST /accounts/login/", &format!("{form}Content-Length: 1048576\r\n"));
    let answer = exchange(address, long.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "a length is believed before it is read: {answer:.100}");
}

#[tokio::test]
async fn s6_a_browser_that_waits_is_asked_for_the_body_of_what_is_allowed_only() {
    let site = Site::new().await;
    let ann = site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let (token, cookie) = (browser.token("/token").await, browser.session().unwrap().to_owned());
    let form = format!("csrfmiddlewaretoken={token}");
    let headers = format!(
        "Sec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n",
        form.len()
    );
    let auth = site.auth.clone();
    let address = serve_site(site).await;
    let logged_in = format!("{headers}Cookie: sessionid={cookie}\r\n");
    for (headers, status) in [(&headers, "303"), (&logged_in, "403")] {
        let request = head(address, "POST /publish/1", headers);
        let answer = exchange(address, request.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
    let publish = ["blog.can_publish".parse().unwrap()];
    auth.users().grant(Holder::User(&ann.id), &publish).await.unwrap();
    let request = head(address, "POST /publish/1", &logged_in) + &form;
    let answer = exchange(address, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n") && answer.ends_with("published 1"), "{answer}");
}

#[tokio::test]
async fn s80_a_chunked_form_with_files_is_let_in_by_its_token() {
    let site = Site::new().await;
    let ann = site.somebody(ANN).await;
    site.grant(&ann, "blog.can_publish").await;
    let mut browser = site.browser_of(ANN).await;
    let (token, cookie) = (browser.token("/token").await, browser.session().unwrap().to_owned());
    let address = serve_site(site).await;
    let headers = format!(
        "Sec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\nCookie: sessionid={cookie}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\n"
    );
    for (token, status) in [(token.as_str(), "200"), ("x", "403")] {
        let field =
            format!("--x\r\nContent-Disposition: form-data; name=\"csrfmiddlewaretoken\"\r\n\r\n{token}");
        let mut request = head(address, "POST /publish/1", &headers);
        for chunk in [&field[..20], &field[20..], "\r\n--x--\r\n"] {
            request.push_str(&format!("{:x}\r\n{chunk}\r\n", chunk.len()));
        }
        request.push_str("0\r\n\r\n");
        let answer = exchange(address, request.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
}
