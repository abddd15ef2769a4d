//! The shop's server: a process of its own, which can be killed.

mod control;
mod process;
mod worker;

pub(crate) use control::{Announcement, Config};
pub(crate) use process::ServerProcess;

use crate::database::Location;
use crate::failure::Failure;
use crate::shop::ChargeRequest;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

/// The server process, from its start to its end. It reads its [`Config`] from standard input, and
/// ends when that is closed: no server outlives the story.
pub(crate) fn serve() -> Result<(), Failure> {
    let config: Config = control::read(&mut io::stdin().lock())
        .map_err(|_| Failure::Server("is started by the story, not by hand".to_owned()))?;
    thread::spawn(control::end_with_the_parent);

    let location = Location::parse(&config.database)?;
    let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listener = listen().map_err(Failure::system("can't open a port"))?;
    let port = listener
        .local_addr()
        .map_err(Failure::system("can't open a port"))?
        .port();
    let halfway = |request: &ChargeRequest| {
        if Some(request.customer) == config.stop_in {
            control::announce(&Announcement::Halfway {
                customer: request.customer,
            });
            loop {
                thread::park(); // until we are killed
            }
        }
    };
    let connections = (0..config.workers)
        .map(|_| location.connect())
        .collect::<Result<Vec<_>, _>>()?;
    thread::scope(|scope| {
        for conn in connections {
            scope.spawn(|| worker::work(&listener, &location, conn, &halfway));
        }
        control::announce(&Announcement::Listening { port });
    });
    Ok(())
}
