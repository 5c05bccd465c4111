//! A mail server that keeps the newest code of each recipient: what a sign-up waits for.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::Fault;
use crate::server::fault;

static CODES: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);
static PORT: OnceLock<u16> = OnceLock::new();

/// Where the service sends mail; before [`listen`] a port that nobody answers.
pub fn url() -> String {
    format!("smtp://127.0.0.1:{}", PORT.get().copied().unwrap_or(9))
}

/// Starts listening, once.
pub async fn listen() -> Result<(), Fault> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(fault)?;
    if PORT.set(listener.local_addr().map_err(fault)?.port()).is_err() {
        return Ok(());
    }
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream));
        }
    });
    Ok(())
}

/// The code that was mailed to an address, taken away.
pub async fn code_for(address: &str) -> Result<String, Fault> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(20) {
        if let Some(code) = CODES.lock().unwrap_or_else(PoisonError::into_inner).remove(address) {
            return Ok(code);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Err(format!("no code came for {address}"))
}

async fn talk(stream: TcpStream) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 bench\r\n").await.ok()?;
    let (mut line, mut recipient, mut code, mut in_data) = (String::new(), String::new(), None, false);
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return Some(());
        }
        let text = line.trim_end();
        let answer: &[u8] = if in_data {
            if text == "." {
                in_data = false;
                if let Some(code) = code.take() {
                    CODES.lock().unwrap_or_else(PoisonError::into_inner).insert(recipient.clone(), code);
                }
                b"250 ok\r\n"
            } else {
                let digits = text.trim();
                if code.is_none() && digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    code = Some(digits.to_owned());
                }
                continue;
            }
        } else if let Some(to) = text.to_ascii_lowercase().strip_prefix("rcpt to:<") {
            recipient = to.split('>').next().unwrap_or_default().to_owned();
            b"250 ok\r\n"
        } else if text.eq_ignore_ascii_case("data") {
            in_data = true;
            b"354 go on\r\n"
        } else if text.eq_ignore_ascii_case("quit") {
            stream.write_all(b"221 bye\r\n").await.ok()?;
            return Some(());
        } else {
            b"250 ok\r\n"
        };
        stream.write_all(answer).await.ok()?;
    }
}
