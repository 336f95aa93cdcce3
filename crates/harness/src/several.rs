//! Several servers in one process, and what joins them. The harness doesn't know what that is: `nodes` has a Redis.

use std::any::Any;

/// What joins the servers of one play.
pub trait Between: Send + Sync {
    /// What the server of that number is given to reach the others: a [`Connection`].
    fn connection(&self, server: usize) -> Box<dyn Any + Send>;

    /// The line between the servers breaks.
    fn cut(&self);

    /// The line is mended.
    fn mend(&self);

    /// The process of a server has ended: it gets nothing more, and whatever it still asks for is never done.
    fn end(&self, server: usize);

    /// Nobody needs it any more. Whatever waits for it comes to an end.
    fn close(&self);
}

/// What one of several servers is given to reach the others.
pub trait Connection: Send + 'static {
    /// What joins the servers of a play, new for each.
    fn between() -> Box<dyn Between>;
}

/// Nothing is there between servers that ask for no connection.
pub(crate) struct Nothing;

impl Between for Nothing {
    fn connection(&self, _: usize) -> Box<dyn Any + Send> {
        Box::new(())
    }

    fn cut(&self) {}

    fn mend(&self) {}

    fn end(&self, _: usize) {}

    fn close(&self) {}
}
