//! A server that does nothing: hyper, one answer, no routing. It runs as a process of its own, as the service does.

use std::convert::Infallible;
use std::io::BufRead as _;
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Fault;
use crate::server::fault;

/// Serves until it is killed; its first line of output is the port.
pub async fn serve() -> Result<(), Fault> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(fault)?;
    println!("{}", listener.local_addr().map_err(fault)?.port());
    loop {
        let (stream, _) = listener.accept().await.map_err(fault)?;
        stream.set_nodelay(true).map_err(fault)?;
        let answer = service_fn(async |_: Request<Incoming>| {
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"ok"))))
        });
        tokio::spawn(
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer),
        );
    }
}

/// The same as a child process.
pub struct Bare {
    child: Child,
    pub port: u16,
}

impl Bare {
    pub fn start() -> Result<Self, Fault> {
        let own = std::env::current_exe().map_err(fault)?;
        let mut child = Command::new(own).arg("bare").stdout(Stdio::piped()).spawn().map_err(fault)?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("the bare server has no output")?;
        std::io::BufReader::new(output).read_line(&mut line).map_err(fault)?;
        Ok(Self { port: line.trim().parse().map_err(fault)?, child })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
