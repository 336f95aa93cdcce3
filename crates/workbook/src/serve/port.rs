//! A port to serve on. Only this machine can reach it.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

use crate::output::out;

/// Where the book is, unless another program has the port.
const DEFAULT: u16 = 3000;

/// How many ports are tried after the default one.
const TRIES: u16 = 100;

/// Binds the port `asked` for, or the default one, or the next that is free.
pub(super) fn bind(asked: Option<u16>) -> Result<(TcpListener, u16)> {
    let Some(port) = asked else {
        let (listener, port) = first_free(DEFAULT..=DEFAULT + TRIES, listen)?;
        if port != DEFAULT {
            out!("port {DEFAULT} is taken (by another `cargo run`?), using {port}");
        }
        return Ok((listener, port));
    };
    match listen(port) {
        Ok(bound) => Ok(bound),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is taken. Leave out `--port` to take the next that is free, or name another.")
        }
        Err(error) => bail!("port {port} can't be used ({error}). Name another, from 1024 to 65535."),
    }
}

/// The first of `ports` that is free, or any, if none of them is.
fn first_free<T>(
    ports: impl IntoIterator<Item = u16>,
    listen: impl Fn(u16) -> io::Result<T>,
) -> io::Result<T> {
    for port in ports {
        match listen(port) {
            Ok(bound) => return Ok(bound),
            // Windows keeps some ports to itself, and says that one may not.
            Err(error) if matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied) => {}
            Err(error) => return Err(error),
        }
    }
    listen(0)
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
    fn a_taken_port_that_was_asked_for_is_an_error_that_says_what_to_do() {
        let (_taken, port) = listen(0).expect("a free port");
        let error = bind(Some(port)).expect_err("it is taken").to_string();
        assert_eq!(
            error,
            format!(
                "port {port} is taken. Leave out `--port` to take the next that is free, or name another."
            )
        );
    }

    #[test]
    fn the_next_free_port_is_taken_and_any_if_none_of_them_is() {
        let taken = |free: &'static [u16]| {
            move |port| if free.contains(&port) { Ok(port) } else { Err(ErrorKind::AddrInUse.into()) }
        };
        assert_eq!(first_free(3000..=3002, taken(&[3001, 3002, 0])).ok(), Some(3001));
        assert_eq!(first_free(3000..=3002, taken(&[0])).ok(), Some(0));
        let refused = |kind: ErrorKind| move |port| if port == 3000 { Err(kind.into()) } else { Ok(port) };
        assert_eq!(first_free(3000..=3002, refused(ErrorKind::PermissionDenied)).ok(), Some(3001));
        let error =
            first_free(3000..=3002, refused(ErrorKind::OutOfMemory)).expect_err("not the port's fault");
        assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    }
}
