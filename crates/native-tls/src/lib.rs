//! A stand-in for [native-tls](https://docs.rs/native-tls/0.2) that has no TLS.
//!
//! `rust_socketio` always links native-tls, which on Linux means OpenSSL, its headers and pkg-config. Exercises
//! and replays speak plain TCP to this machine and to nothing else, so their workspaces patch native-tls with this crate,
//! and need no more than cargo and a C compiler.
//!
//! It has the names that `rust_socketio` and its dependencies (reqwest, hyper-tls, tokio-native-tls, tungstenite) use, and
//! no others. A connector can be configured; to *connect* with it is an [`Error`] that says why. What only a connection
//! could give (a [`TlsStream`], a [`Certificate`]) has no values at all, so the compiler knows that such code never runs.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, Read, Write};
use std::marker::PhantomData;

/// Why TLS fails: there is none.
#[derive(Debug)]
pub struct Error(());

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "built without TLS: crates/native-tls stands in for native-tls in this workspace. Use an address that \
             begins with http:// or ws://. In a project of your own there is TLS",
        )
    }
}

impl std::error::Error for Error {}

/// How a handshake ends: it fails.
#[derive(Debug)]
pub enum HandshakeError<S> {
    /// Always this.
    Failure(Error),
    /// Never this.
    WouldBlock(MidHandshakeTlsStream<S>),
}

impl<S> From<Error> for HandshakeError<S> {
    fn from(error: Error) -> Self {
        Self::Failure(error)
    }
}

impl<S> fmt::Display for HandshakeError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failure(error) => error.fmt(f),
            Self::WouldBlock(stream) => match stream.never {},
        }
    }
}

impl<S: fmt::Debug> std::error::Error for HandshakeError<S> {}

/// A client's settings. They can be made: an HTTP client makes them before it knows where it will connect to.
#[derive(Debug, Clone)]
pub struct TlsConnector(());

impl TlsConnector {
    /// The default settings.
    ///
    /// # Errors
    /// None.
    pub fn new() -> Result<Self> {
        Ok(Self(()))
    }

    /// Settings to change.
    pub fn builder() -> TlsConnectorBuilder {
        TlsConnectorBuilder(())
    }

    /// Does not connect.
    ///
    /// # Errors
    /// Always.
    pub fn connect<S: Read + Write>(
        &self,
        _domain: &str,
        _stream: S,
    ) -> std::result::Result<TlsStream<S>, HandshakeError<S>> {
        Err(Error(()).into())
    }
}

/// A client's settings while they are being made. None of them has an effect.
#[derive(Debug)]
pub struct TlsConnectorBuilder(());

/// Settings that are accepted and ignored.
macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident: $value:ty,)*) => {
        $($(#[$doc])* pub fn $name(&mut self, _: $value) -> &mut Self { self })*
    };
}

impl TlsConnectorBuilder {
    settings! {
        /// Who the client is.
        identity: Identity,
        /// The oldest version of the protocol that is accepted.
        min_protocol_version: Option<Protocol>,
        /// The newest version of the protocol that is accepted.
        max_protocol_version: Option<Protocol>,
        /// A certificate to trust as well.
        add_root_certificate: Certificate,
        /// Whether to trust only the added certificates.
        disable_built_in_roots: bool,
        /// Whether to accept any certificate.
        danger_accept_invalid_certs: bool,
        /// Whether to accept a certificate for another host.
        danger_accept_invalid_hostnames: bool,
        /// Whether to send the server's name.
        use_sni: bool,
    }

    /// The settings as made.
    ///
    /// # Errors
    /// None.
    pub fn build(&self) -> Result<TlsConnector> {
        TlsConnector::new()
    }
}

/// A server's settings. There are none: nothing here is a TLS server.
#[derive(Debug, Clone)]
pub struct TlsAcceptor {
    never: Infallible,
}

impl TlsAcceptor {
    /// Never called.
    ///
    /// # Errors
    /// None: never called.
    pub fn accept<S: Read + Write>(
        &self,
        _stream: S,
    ) -> std::result::Result<TlsStream<S>, HandshakeError<S>> {
        match self.never {}
    }
}

/// A version of the protocol.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Protocol {
    Tlsv10,
    Tlsv11,
    Tlsv12,
}

/// A key and its certificates. There are none.
#[derive(Debug, Clone)]
pub struct Identity(Infallible);

impl Identity {
    /// Does not read a key.
    ///
    /// # Errors
    /// Always.
    pub fn from_pkcs12(_der: &[u8], _password: &str) -> Result<Self> {
        Err(Error(()))
    }

    /// Does not read a key.
    ///
    /// # Errors
    /// Always.
    pub fn from_pkcs8(_pem: &[u8], _key: &[u8]) -> Result<Self> {
        Err(Error(()))
    }
}

/// A certificate. There are none.
#[derive(Debug, Clone)]
pub struct Certificate {
    never: Infallible,
}

impl Certificate {
    /// Does not read a certificate.
    ///
    /// # Errors
    /// Always.
    pub fn from_der(_der: &[u8]) -> Result<Self> {
        Err(Error(()))
    }

    /// Does not read a certificate.
    ///
    /// # Errors
    /// Always.
    pub fn from_pem(_pem: &[u8]) -> Result<Self> {
        Err(Error(()))
    }

    /// Never called.
    ///
    /// # Errors
    /// None: never called.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        match self.never {}
    }
}

/// A handshake under way. There are none: see [`TlsConnector::connect`].
#[derive(Debug)]
pub struct MidHandshakeTlsStream<S> {
    never: Infallible,
    stream: PhantomData<S>,
}

impl<S: Read + Write> MidHandshakeTlsStream<S> {
    /// Never called.
    pub fn get_mut(&mut self) -> &mut S {
        match self.never {}
    }

    /// Never called.
    ///
    /// # Errors
    /// None: never called.
    pub fn handshake(self) -> std::result::Result<TlsStream<S>, HandshakeError<S>> {
        match self.never {}
    }
}

/// A TLS connection. There are none: see [`TlsConnector::connect`].
#[derive(Debug)]
pub struct TlsStream<S> {
    never: Infallible,
    stream: PhantomData<S>,
}

impl<S> TlsStream<S> {
    /// Never called.
    pub fn get_ref(&self) -> &S {
        match self.never {}
    }

    /// Never called.
    pub fn get_mut(&mut self) -> &mut S {
        match self.never {}
    }
}

impl<S: Read + Write> TlsStream<S> {
    /// Never called.
    ///
    /// # Errors
    /// None: never called.
    pub fn negotiated_alpn(&self) -> Result<Option<Vec<u8>>> {
        match self.never {}
    }

    /// Never called.
    ///
    /// # Errors
    /// None: never called.
    pub fn peer_certificate(&self) -> Result<Option<Certificate>> {
        match self.never {}
    }

    /// Never called.
    ///
    /// # Errors
    /// None: never called.
    pub fn shutdown(&mut self) -> io::Result<()> {
        match self.never {}
    }
}

impl<S: Read + Write> Read for TlsStream<S> {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        match self.never {}
    }
}

impl<S: Read + Write> Write for TlsStream<S> {
    fn write(&mut self, _buffer: &[u8]) -> io::Result<usize> {
        match self.never {}
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_to_connect_says_why_it_fails() {
        let connector = TlsConnector::builder().use_sni(true).build().expect("settings can be made");
        let connected = connector.connect("localhost", io::Cursor::new(Vec::new()));
        let error = connected.expect_err("there is no TLS").to_string();
        assert!(error.starts_with("built without TLS"), "{error}");
        assert!(error.contains("http://"), "{error}");
    }
}
