//! A port that only this machine can reach.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};

/// How many ports are tried after the one that was asked for.
const TRIES: u16 = 20;

/// Listens on `port`, or on the next that is free; with 0, on any.
pub(super) fn bind(port: u16) -> io::Result<(TcpListener, u16)> {
    let mut last = None;
    for port in port..=port.saturating_add(TRIES) {
        match listen(port) {
            Ok(bound) => return Ok(bound),
            // Windows keeps some ports to itself, and says that one may not.
            Err(error) if matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied) => {
                last = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    // Without any of them, whichever the system has.
    listen(0).map_err(|error| last.unwrap_or(error))
}

fn listen(port: u16) -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_port_is_taken_if_the_one_asked_for_is_in_use() {
        let (_taken, port) = bind(0).unwrap();
        let (listener, next) = bind(port).unwrap();
        assert_ne!(next, port);
        assert!(listener.local_addr().unwrap().ip().is_loopback());
    }
}
