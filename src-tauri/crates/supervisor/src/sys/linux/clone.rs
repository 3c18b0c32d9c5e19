//! One system call path from "start this" to `execve`, as `posix_spawn` has it: the child borrows our memory until it
//! executes, so nothing is copied however large the host is. `posix_spawn` itself cannot ask for the parent-death
//! signal, nor tell the keeper before the program runs; `fork` and a hook can, but copy the host's page tables
//! (several milliseconds for a desktop process).

use std::{
    ffi::{c_char, c_int, c_void},
    io,
    os::fd::{FromRawFd as _, OwnedFd, RawFd},
    ptr,
};

/// Everything the child needs, prepared beforehand: between `clone` and `execve` it may not allocate or lock.
pub(super) struct Handoff {
    pub(super) program: *const c_char,
    /// Both end with a null pointer.
    pub(super) args: *const *const c_char,
    pub(super) env: *const *const c_char,
    pub(super) directory: *const c_char,
    /// What becomes 0, 1 and 2. All above 2, so that none is overwritten before it is used.
    pub(super) stdio: [RawFd; 3],
    pub(super) host: libc::pid_t,
    pub(super) own_session: bool,
    /// Where to register before the program runs; -1 for nowhere.
    pub(super) keeper: RawFd,
    pub(super) register: fn(u32) -> [u8; 8],
    /// The `cgroup.procs` to enter before the program runs; -1 for none.
    pub(super) cgroup: RawFd,
    /// The kernel let it in.
    pub(super) entered: bool,
    /// The soft limit of open files for the program.
    pub(super) open_files: libc::rlim_t,
    /// Where the child failed, and why.
    pub(super) failed: Option<(Step, c_int)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Keeper,
    Directory,
    Program,
    Rest,
}

/// Room for the child's few frames, also without optimisation.
pub(super) const STACK: usize = 128 * 1024;

#[repr(align(16))]
pub(super) struct Stack(pub(super) [u8; STACK]);

/// Starts the child and returns when it has executed its program or failed to (`handoff.failed`); in both cases with
/// its process id and a descriptor of it.
#[expect(unsafe_code, reason = "clone(2) with a shared address space has no safe wrapper")]
pub(super) fn clone_and_execute(stack: &mut Stack, handoff: &mut Handoff) -> io::Result<(u32, OwnedFd)> {
    let mut pidfd: c_int = -1;
    // SAFETY: `stack` is exclusively ours, aligned, and large enough for `child`, which allocates nothing. The call
    // returns only after the child has executed or exited (CLONE_VFORK), so the borrows of `stack` and `handoff`
    // outlive its use of them, and this thread does not run meanwhile. All signals are blocked around it, so no
    // handler of the host runs in the child on the shared memory.
    let (pid, error) = unsafe {
        let mut every = std::mem::zeroed::<libc::sigset_t>();
        let mut before = std::mem::zeroed::<libc::sigset_t>();
        libc::sigfillset(&raw mut every);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const every, &raw mut before);
        let top = (&raw mut stack.0).cast::<c_void>().byte_add(STACK);
        let pid = libc::clone(
            child,
            top,
            libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD | libc::SIGCHLD,
            ptr::from_mut(handoff).cast(),
            &raw mut pidfd,
        );
        let error = io::Error::last_os_error();
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut());
        (pid, error)
    };
    let Ok(pid) = u32::try_from(pid) else { return Err(error) };
    // SAFETY: CLONE_PIDFD stored a new descriptor (close-on-exec) there, which nobody else owns.
    let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
    Ok((pid, pidfd))
}

#[expect(unsafe_code, reason = "runs in the child before execve, with system calls only")]
extern "C" fn child(handoff: *mut c_void) -> c_int {
    // SAFETY: the pointer is the parent's exclusive borrow, and the parent is suspended until we execute or exit.
    // Every call below is async-signal-safe; nothing allocates, locks or panics.
    unsafe {
        let handoff = &mut *handoff.cast::<Handoff>();
        if let Err(step) = prepare(handoff) {
            handoff.failed = Some((step, *libc::__errno_location()));
        } else {
            libc::execve(handoff.program, handoff.args, handoff.env);
            handoff.failed = Some((Step::Program, *libc::__errno_location()));
        }
        libc::_exit(127)
    }
}

/// # Safety
/// Only in the child of [`clone_and_execute`].
#[expect(unsafe_code, reason = "system calls between clone and execve")]
unsafe fn prepare(handoff: &mut Handoff) -> Result<(), Step> {
    let ok = |result: c_int| if result < 0 { Err(Step::Rest) } else { Ok(()) };
    // SAFETY: plain system calls on values that the parent prepared.
    unsafe {
        if handoff.own_session {
            ok(libc::setsid())?;
        } else {
            ok(libc::setpgid(0, 0))?;
            ok(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
            // The host may have died before the signal was asked for.
            if libc::getppid() != handoff.host {
                libc::_exit(127);
            }
        }
        if handoff.keeper >= 0 {
            let message = (handoff.register)(libc::getpid().cast_unsigned());
            // Never wait: the host is suspended with us.
            let flags = libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT;
            let sent = libc::send(handoff.keeper, message.as_ptr().cast(), message.len(), flags);
            if sent != message.len().cast_signed() {
                return Err(Step::Keeper);
            }
        }
        if handoff.cgroup >= 0 {
            // `0` is the process that writes it. It runs either way: whoever started it is told.
            handoff.entered = libc::write(handoff.cgroup, c"0".as_ptr().cast(), 1) == 1;
        }
        for (target, source) in (0..).zip(handoff.stdio) {
            ok(libc::dup2(source, target))?;
        }
        // The host's other descriptors are close-on-exec where we or std opened them; a library's may not be.
        libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC);
        if libc::chdir(handoff.directory) < 0 {
            return Err(Step::Directory);
        }
        // More than 1024 breaks programs that use select(2), or close every descriptor there might be. The host's
        // own limit may be far higher.
        let mut files = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut files) == 0 {
            files.rlim_cur =
                if files.rlim_max < handoff.open_files { files.rlim_max } else { handoff.open_files };
            libc::setrlimit(libc::RLIMIT_NOFILE, &raw const files);
        }
        // Handlers are gone after execve, but what is ignored (SIGPIPE, by Rust) would stay ignored; and a handler
        // must not run here once signals are let through.
        let mut default = std::mem::zeroed::<libc::sigaction>();
        default.sa_sigaction = libc::SIG_DFL;
        for signal in 1..=64 {
            libc::sigaction(signal, &raw const default, std::ptr::null_mut());
        }
        let mut none = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&raw mut none);
        ok(libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut()))
    }
}
