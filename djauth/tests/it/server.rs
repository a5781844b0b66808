//! Over a real socket, byte by byte: what only a server and a client make together.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::site::Site;

async fn serve() -> SocketAddr {
    let site = Site::new().await;
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
