//! Clients that do what clients may do, right or wrong, and what is made of them.

use client_grader::Client;
use libtest_mimic::Trial;

pub(crate) fn find(_name: &str) -> Option<Client> {
    None
}

pub(crate) fn trials() -> Vec<Trial> {
    Vec::new()
}
