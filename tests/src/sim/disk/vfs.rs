//! How SQLite reaches the simulated disks: one VFS for all, the machine's number being the first part of a path.
//!
//! SQLite never forgets a VFS, so there is one for the whole process and disks come and go behind it.

use super::{
    Drive, Fault, Health, Luck, Shared,
    file::{File, Held},
    lock,
};
use sqlite_plugin::{
    flags::{AccessFlags, CreateMode, LockLevel, OpenMode, OpenOpts, ShmLockMode},
    vars,
    vfs::{RegisterOpts, Vfs, VfsHandle, VfsResult, register_static},
};
use std::{
    collections::BTreeMap,
    ffi::CString,
    ptr::NonNull,
    sync::{Mutex, MutexGuard, Once, PoisonError},
};

/// What SQLite calls these disks.
pub const VFS: &str = "navbat-simulated";

static MACHINES: Mutex<BTreeMap<u64, Shared>> = Mutex::new(BTreeMap::new());

/// Makes a disk known under its machine's number.
pub(super) fn attach(machine: u64, platter: &Shared) {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        let name = CString::new(VFS).expect("the name has no zero byte");
        if let Err(code) = register_static(name, Disks, RegisterOpts { make_default: false }) {
            panic!("SQLite refuses the simulated disks: {code}");
        }
    });
    machines().insert(machine, Shared::clone(platter));
}

/// Forgets a disk; what has it open keeps it until it closes.
pub(super) fn detach(machine: u64) {
    machines().remove(&machine);
}

fn machines() -> MutexGuard<'static, BTreeMap<u64, Shared>> {
    MACHINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `/17/hall.sqlite` is the file `hall.sqlite` of machine 17.
fn find(path: &str) -> VfsResult<(Shared, &str)> {
    let (machine, name) = path.trim_start_matches('/').split_once('/').ok_or(vars::SQLITE_CANTOPEN)?;
    let machine: u64 = machine.parse().map_err(|_| vars::SQLITE_CANTOPEN)?;
    let platter = machines().get(&machine).cloned().ok_or(vars::SQLITE_CANTOPEN)?;
    Ok((platter, name))
}

struct Disks;

/// An open file.
struct Handle {
    platter: Shared,
    name: String,
    boot: u64,
    mode: OpenMode,
    held: Held,
}

impl VfsHandle for Handle {
    fn readonly(&self) -> bool {
        self.mode.is_readonly()
    }

    fn in_memory(&self) -> bool {
        false
    }
}

impl Handle {
    /// Does something with the file, if the machine is on and the file was opened since it is.
    fn file<T>(&mut self, work: impl FnOnce(&mut Drive, &mut File, &mut Held) -> VfsResult<T>) -> VfsResult<T> {
        let mut platter = lock(&self.platter);
        if platter.drive.health == Health::Off || platter.boot != self.boot {
            return Err(vars::SQLITE_IOERR);
        }
        platter.weigh();
        let super::Platter { files, drive, .. } = &mut *platter;
        let file = files.get_mut(&self.name).ok_or(vars::SQLITE_IOERR)?;
        let done = work(drive, file, &mut self.held);
        drive.counts.refused += u64::from(matches!(done, Err(code) if code != vars::SQLITE_BUSY));
        done
    }
}

impl Vfs for Disks {
    type Handle = Handle;

    fn open(&self, path: Option<&str>, opts: OpenOpts) -> VfsResult<Handle> {
        let (platter, name) = match path {
            Some(path) => find(path).map(|(platter, name)| (platter, name.to_owned()))?,
            None => (Shared::default(), String::new()),
        };
        let mut inside = lock(&platter);
        if inside.drive.health == Health::Off {
            return Err(vars::SQLITE_IOERR);
        }
        let create = matches!(opts.mode(), OpenMode::ReadWrite { create: CreateMode::Create | CreateMode::MustCreate });
        if !inside.files.contains_key(&name) {
            if !create {
                return Err(vars::SQLITE_CANTOPEN);
            }
            let temporary = opts.delete_on_close() || path.is_none();
            inside.files.insert(name.clone(), if temporary { File::temporary() } else { File::default() });
        }
        let boot = inside.boot;
        drop(inside);
        Ok(Handle { platter, name, boot, mode: opts.mode(), held: Held::default() })
    }

    fn delete(&self, path: &str) -> VfsResult<()> {
        let (platter, name) = find(path)?;
        let mut platter = lock(&platter);
        if matches!(platter.drive.health, Health::Off | Health::Broken) {
            return Err(vars::SQLITE_IOERR_DELETE);
        }
        platter.files.remove(name).map(drop).ok_or(vars::SQLITE_IOERR_DELETE_NOENT)
    }

    fn access(&self, path: &str, _flags: AccessFlags) -> VfsResult<bool> {
        let (platter, name) = find(path)?;
        let platter = lock(&platter);
        if platter.drive.health == Health::Off {
            return Err(vars::SQLITE_IOERR_ACCESS);
        }
        Ok(platter.files.contains_key(name))
    }

    fn file_size(&self, handle: &mut Handle) -> VfsResult<usize> {
        handle.file(|_, file, _| Ok(file.bytes().len()))
    }

    fn truncate(&self, handle: &mut Handle, size: usize) -> VfsResult<()> {
        handle.file(|drive, file, _| match drive.next_write() {
            Luck::Fault(Fault::Error | Fault::Broken) => Err(vars::SQLITE_IOERR_TRUNCATE),
            Luck::Good | Luck::Fault(Fault::Full) => {
                file.cut(size);
                Ok(())
            }
            Luck::Fault(Fault::PowerCut) => {
                file.cut(size);
                Err(vars::SQLITE_IOERR_TRUNCATE)
            }
        })
    }

    fn write(&self, handle: &mut Handle, offset: usize, data: &[u8]) -> VfsResult<usize> {
        handle.file(|drive, file, _| match drive.next_write() {
            Luck::Fault(Fault::Error | Fault::Broken) => Err(vars::SQLITE_IOERR_WRITE),
            Luck::Fault(Fault::PowerCut) => {
                file.write(offset, data);
                Err(vars::SQLITE_IOERR_WRITE)
            }
            Luck::Good | Luck::Fault(Fault::Full) => {
                let end = file.bytes().len().saturating_add(drive.room_bytes());
                if offset + data.len() <= end {
                    file.write(offset, data);
                    return Ok(data.len());
                }
                // What fits is written before the disk says no.
                let fits = end.saturating_sub(offset).min(data.len());
                if fits > 0 {
                    file.write(offset, &data[..fits]);
                }
                Err(vars::SQLITE_FULL)
            }
        })
    }

    fn read(&self, handle: &mut Handle, offset: usize, data: &mut [u8]) -> VfsResult<usize> {
        handle.file(|_, file, _| {
            let there = file.bytes().get(offset..).unwrap_or_default();
            let read = there.len().min(data.len());
            data[..read].copy_from_slice(&there[..read]);
            Ok(read)
        })
    }

    fn lock(&self, handle: &mut Handle, level: LockLevel) -> VfsResult<()> {
        handle.file(|_, file, held| file.lock(held, level))
    }

    fn unlock(&self, handle: &mut Handle, level: LockLevel) -> VfsResult<()> {
        handle.file(|_, file, held| {
            file.unlock(held, level);
            Ok(())
        })
    }

    fn check_reserved_lock(&self, handle: &mut Handle) -> VfsResult<bool> {
        handle.file(|_, file, _| Ok(file.is_reserved()))
    }

    fn sync(&self, handle: &mut Handle) -> VfsResult<()> {
        handle.file(|drive, file, _| match drive.next_sync() {
            Luck::Good | Luck::Fault(Fault::Full) => {
                file.sync();
                Ok(())
            }
            Luck::Fault(Fault::Error | Fault::Broken) => {
                file.forget();
                Err(vars::SQLITE_IOERR_FSYNC)
            }
            Luck::Fault(Fault::PowerCut) => Err(vars::SQLITE_IOERR_FSYNC),
        })
    }

    fn close(&self, mut handle: Handle) -> VfsResult<()> {
        // A file of a machine that is off has nobody left who could mind.
        let _ = handle.file(|_, file, held| {
            file.unmap(held);
            file.unlock(held, LockLevel::Unlocked);
            Ok(())
        });
        let mut platter = lock(&handle.platter);
        if platter.boot == handle.boot && platter.files.get(&handle.name).is_some_and(File::is_temporary) {
            platter.files.remove(&handle.name);
        }
        Ok(())
    }

    fn device_characteristics(&self, _handle: &mut Handle) -> VfsResult<i32> {
        // What SQLite believes of every disk: a torn write spares what lies beside it.
        Ok(vars::SQLITE_IOCAP_POWERSAFE_OVERWRITE)
    }

    fn shm_map(
        &self,
        handle: &mut Handle,
        region_idx: usize,
        region_size: usize,
        extend: bool,
    ) -> VfsResult<Option<NonNull<u8>>> {
        handle.file(|_, file, held| Ok(file.map(held, region_idx, extend.then_some(region_size))))
    }

    fn shm_lock(&self, handle: &mut Handle, offset: u32, count: u32, mode: ShmLockMode) -> VfsResult<()> {
        handle.file(|_, file, held| file.lock_memory(held, (offset, count), mode))
    }

    fn shm_unmap(&self, handle: &mut Handle, _delete: bool) -> VfsResult<()> {
        let _ = handle.file(|_, file, held| {
            file.unmap(held);
            Ok(())
        });
        Ok(())
    }
}
