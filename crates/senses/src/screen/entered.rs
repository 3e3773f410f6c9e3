//! The right to turn a `PipeWire` loop, held by the thread that turns it.
//!
//! Pictures and sound both come through such loops. It neither makes a loop nor turns it.

use pipewire::main_loop::MainLoopRc;

/// A loop that belongs to this thread. While a loop belongs to none, which is so between two turns
/// of one that is only turned, its listeners are called from one of the library's own threads.
/// What hangs on the loop is let go before this.
pub(crate) struct Entered(MainLoopRc);

#[expect(
    unsafe_code,
    reason = "PipeWire leaves it to its caller to leave what was entered"
)]
impl Entered {
    pub(crate) fn new(main_loop: &MainLoopRc) -> Self {
        // SAFETY: dropping this leaves it, on the same thread, for neither can be sent to another.
        unsafe { main_loop.loop_().enter() };
        Self(main_loop.clone())
    }
}

#[expect(
    unsafe_code,
    reason = "PipeWire leaves it to its caller to leave what was entered"
)]
impl Drop for Entered {
    fn drop(&mut self) {
        // SAFETY: it was entered once, when this was made.
        unsafe { self.0.loop_().leave() };
    }
}
