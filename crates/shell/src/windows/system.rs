//! The calls below the standard library: the job, and what is done to a process before its first
//! instruction. All unsafe code for Windows is here; it decides nothing.

#![expect(
    unsafe_code,
    reason = "jobs, tokens and suspended threads have no safe form in the standard library"
)]

use std::{
    io, mem,
    os::windows::{
        io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle},
        process::CommandExt as _,
    },
    process::Command,
};

use tokio::process::Child;
use windows::Win32::{
    Foundation::HANDLE,
    Security::{
        AdjustTokenPrivileges, CreateWellKnownSid, GetLengthSid, GetTokenInformation,
        LUID_AND_ATTRIBUTES, PSID, SE_PRIVILEGE_REMOVED, SECURITY_MAX_SID_SIZE, SID_AND_ATTRIBUTES,
        SetTokenInformation, TOKEN_ADJUST_DEFAULT, TOKEN_ADJUST_PRIVILEGES, TOKEN_MANDATORY_LABEL,
        TOKEN_PRIVILEGES, TOKEN_QUERY, TokenIntegrityLevel, TokenPrivileges, WinLowLabelSid,
    },
    System::{
        Diagnostics::ToolHelp::{
            CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
        },
        JobObjects::{
            AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_ACTIVE_PROCESS,
            JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION, JOB_OBJECT_LIMIT_JOB_MEMORY,
            JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOB_OBJECT_UILIMIT_DESKTOP,
            JOB_OBJECT_UILIMIT_EXITWINDOWS, JOB_OBJECT_UILIMIT_GLOBALATOMS,
            JOB_OBJECT_UILIMIT_HANDLES, JOB_OBJECT_UILIMIT_READCLIPBOARD,
            JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS, JOB_OBJECT_UILIMIT_WRITECLIPBOARD,
            JOBOBJECT_BASIC_UI_RESTRICTIONS, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
            JobObjectBasicUIRestrictions, JobObjectExtendedLimitInformation,
            SetInformationJobObject, TerminateJobObject,
        },
        Threading::{
            CREATE_NO_WINDOW, CREATE_SUSPENDED, OpenProcessToken, OpenThread, ResumeThread,
            THREAD_SUSPEND_RESUME,
        },
    },
};

/// Processes in one job.
const PROCESSES: u32 = 512;
/// Memory of a contained command, all together.
const MEMORY_BYTES: usize = 4 << 30;
/// From the header: the attribute that makes an identity a label of integrity.
const SE_GROUP_INTEGRITY: u32 = 0x20;
/// The exit code of what was ended: 128 and the number of the signal elsewhere.
const KILLED: u32 = 137;

/// What holds a command's processes. None of them can leave it, and when the last handle to it is
/// closed, which the system does for a process that crashes, all of them end.
#[derive(Debug)]
pub(super) struct Job(OwnedHandle);

impl Job {
    pub(super) fn new(contained: bool) -> io::Result<Self> {
        // SAFETY: takes no memory of ours; the handle is nobody else's.
        let job = unsafe {
            let handle = CreateJobObjectW(None, None)?;
            Self(OwnedHandle::from_raw_handle(handle.0))
        };
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        let basic = &mut limits.BasicLimitInformation;
        basic.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
            | JOB_OBJECT_LIMIT_ACTIVE_PROCESS
            | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
        basic.ActiveProcessLimit = PROCESSES;
        if contained {
            basic.LimitFlags |= JOB_OBJECT_LIMIT_JOB_MEMORY;
            limits.JobMemoryLimit = MEMORY_BYTES;
        }
        // SAFETY: the struct is the one the class asks for, and lives on this stack.
        unsafe {
            SetInformationJobObject(
                job.handle(),
                JobObjectExtendedLimitInformation,
                (&raw const limits).cast(),
                size_of_val(&limits),
            )?;
        }
        if contained {
            let restrictions = JOBOBJECT_BASIC_UI_RESTRICTIONS {
                UIRestrictionsClass: JOB_OBJECT_UILIMIT_DESKTOP
                    | JOB_OBJECT_UILIMIT_EXITWINDOWS
                    | JOB_OBJECT_UILIMIT_GLOBALATOMS
                    | JOB_OBJECT_UILIMIT_HANDLES
                    | JOB_OBJECT_UILIMIT_READCLIPBOARD
                    | JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS
                    | JOB_OBJECT_UILIMIT_WRITECLIPBOARD,
            };
            // SAFETY: as above.
            unsafe {
                SetInformationJobObject(
                    job.handle(),
                    JobObjectBasicUIRestrictions,
                    (&raw const restrictions).cast(),
                    size_of_val(&restrictions),
                )?;
            }
        }
        Ok(job)
    }

    /// Ends every process in it.
    pub(super) fn end(&self) {
        // SAFETY: takes a handle that lives and a number. Fails only for a job without processes.
        drop(unsafe { TerminateJobObject(self.handle(), KILLED) });
    }

    fn handle(&self) -> HANDLE {
        HANDLE(self.0.as_raw_handle())
    }
}

/// The size of a struct, as these calls take it.
fn size_of_val<T>(_: &T) -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or(u32::MAX)
}

/// Has the command start without running anything, and without a window of its own.
pub(super) fn start_suspended(command: &mut Command) {
    command.creation_flags((CREATE_SUSPENDED | CREATE_NO_WINDOW).0);
}

/// Puts a process that was started suspended into the job and, when it is to be contained, takes its
/// rights; then lets it run.
pub(super) fn admit(child: &Child, job: &Job, lowered: bool) -> io::Result<()> {
    let gone = || io::Error::other("it ended before it began");
    let process = HANDLE(child.raw_handle().ok_or_else(gone)?);
    let pid = child.id().ok_or_else(gone)?;
    // SAFETY: both handles live for the call.
    unsafe { AssignProcessToJobObject(job.handle(), process)? };
    if lowered {
        lower(process)?;
    }
    resume(pid)
}

/// Takes every privilege from a process, and the right to change what is not of low integrity.
fn lower(process: HANDLE) -> io::Result<()> {
    let mut token = HANDLE::default();
    // SAFETY: the token is written to this stack, and is nobody else's.
    let token = unsafe {
        OpenProcessToken(
            process,
            TOKEN_ADJUST_DEFAULT | TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY,
            &raw mut token,
        )?;
        OwnedHandle::from_raw_handle(token.0)
    };
    let token = HANDLE(token.as_raw_handle());
    remove_privileges(token)?;

    // Room for the largest there is, aligned for its longest field.
    let mut room = [0_u32; SECURITY_MAX_SID_SIZE as usize / 4 + 1];
    let mut size = u32::try_from(mem::size_of_val(&room)).unwrap_or(u32::MAX);
    let sid = PSID(room.as_mut_ptr().cast());
    // SAFETY: the room is as large as said and lives to the end of this function.
    unsafe {
        CreateWellKnownSid(WinLowLabelSid, None, Some(sid), &raw mut size)?;
        let label = TOKEN_MANDATORY_LABEL {
            Label: SID_AND_ATTRIBUTES {
                Sid: sid,
                Attributes: SE_GROUP_INTEGRITY,
            },
        };
        SetTokenInformation(
            token,
            TokenIntegrityLevel,
            (&raw const label).cast(),
            size_of_val(&label) + GetLengthSid(sid),
        )?;
    }
    Ok(())
}

/// What a process's token has: how many privileges, and its integrity's label (4096 is low, 8192 the
/// usual). For tests, which look at what became of a program's.
#[cfg(test)]
pub(super) fn own_rights() -> io::Result<(u32, Option<u32>)> {
    use windows::Win32::{
        Security::{GetSidSubAuthority, GetSidSubAuthorityCount},
        System::Threading::GetCurrentProcess,
    };
    let mut token = HANDLE::default();
    let mut room = [0_u64; 256];
    let mut size = 0;
    // SAFETY: the room is aligned and larger than what these two classes fill in, and is read only
    // where a call has filled it. The handle of this process is none that could be closed.
    unsafe {
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token)?;
        let _token = OwnedHandle::from_raw_handle(token.0);
        let whole = u32::try_from(mem::size_of_val(&room)).unwrap_or(u32::MAX);
        let room = room.as_mut_ptr();
        GetTokenInformation(
            token,
            TokenPrivileges,
            Some(room.cast()),
            whole,
            &raw mut size,
        )?;
        let privileges = (*room.cast::<TOKEN_PRIVILEGES>()).PrivilegeCount;
        let label = GetTokenInformation(
            token,
            TokenIntegrityLevel,
            Some(room.cast()),
            whole,
            &raw mut size,
        );
        let label = label.ok().map(|()| {
            let sid = (*room.cast::<TOKEN_MANDATORY_LABEL>()).Label.Sid;
            let last = u32::from(*GetSidSubAuthorityCount(sid)).saturating_sub(1);
            *GetSidSubAuthority(sid, last)
        });
        Ok((privileges, label))
    }
}

fn remove_privileges(token: HANDLE) -> io::Result<()> {
    let mut needed = 0;
    // SAFETY: the first call writes only how much room the second needs; it fails for want of it.
    unsafe {
        drop(GetTokenInformation(
            token,
            TokenPrivileges,
            None,
            0,
            &raw mut needed,
        ));
    }
    let words = usize::try_from(needed).unwrap_or(0).div_ceil(4).max(1);
    let mut room = vec![0_u32; words];
    // SAFETY: the room is at least as large as was asked for, and aligned for its fields. The list
    // in it is as long as it says.
    unsafe {
        GetTokenInformation(
            token,
            TokenPrivileges,
            Some(room.as_mut_ptr().cast()),
            needed,
            &raw mut needed,
        )?;
        let list = room.as_mut_ptr().cast::<TOKEN_PRIVILEGES>();
        let count = usize::try_from((*list).PrivilegeCount).unwrap_or(0);
        let first = (&raw mut (*list).Privileges).cast::<LUID_AND_ATTRIBUTES>();
        for place in 0..count {
            (*first.add(place)).Attributes = SE_PRIVILEGE_REMOVED;
        }
        AdjustTokenPrivileges(token, false, Some(list), 0, None, None)?;
    }
    Ok(())
}

/// Lets the threads of a suspended process run: it has one.
fn resume(pid: u32) -> io::Result<()> {
    // SAFETY: the entry's size is set as the calls demand; every handle is owned at once.
    unsafe {
        let snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0)?;
        let _snapshot = OwnedHandle::from_raw_handle(snapshot.0);
        let mut entry = THREADENTRY32 {
            dwSize: u32::try_from(size_of::<THREADENTRY32>()).unwrap_or(u32::MAX),
            ..THREADENTRY32::default()
        };
        let mut resumed = false;
        let mut more = Thread32First(snapshot, &raw mut entry);
        while more.is_ok() {
            if entry.th32OwnerProcessID == pid {
                let thread = OpenThread(THREAD_SUSPEND_RESUME, false, entry.th32ThreadID)?;
                let owned = OwnedHandle::from_raw_handle(thread.0);
                if ResumeThread(HANDLE(owned.as_raw_handle())) == u32::MAX {
                    return Err(io::Error::last_os_error());
                }
                resumed = true;
            }
            more = Thread32Next(snapshot, &raw mut entry);
        }
        if resumed {
            Ok(())
        } else {
            Err(io::Error::other("its thread was not found"))
        }
    }
}
