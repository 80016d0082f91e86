"""
Open archives of strangers without harm.

Refused: names that leave the folder, links, encrypted members, archives in archives, more members
or bytes than the limits, suspicious compression ratios, members that overlap. What is written is counted
while it is written, because the sizes in the directory of an archive are only claims.
"""

from __future__ import annotations

import dataclasses
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from geodata.errors import InputFileError
from geodata.said import Said, say

CHUNK_BYTES = 1 << 20
ARCHIVE_SUFFIXES = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst")
DRIVE = re.compile(r"^[A-Za-z]:")


@dataclasses.dataclass(frozen=True)
class ZipLimits:
    """
    How much an archive may hold.

    Notes
    -----
    The largest official archive (all address points, one file per municipality)
    has 6,258 members and about 350 MB; text compresses up to about 1:25 there. Deflate cannot do better
    than about 1:1,030, so 1:250 leaves honest data alone and stops bombs. Small members are exempt:
    a header of a shape file may be nearly all zeros.
    """

    members: int = 20_000
    total_bytes: int = 4_000_000_000
    ratio: float = 250.0
    ratio_from_bytes: int = 10_000_000


DEFAULT_LIMITS = ZipLimits()


def check_zip(path: Path, limits: ZipLimits = DEFAULT_LIMITS) -> tuple[zipfile.ZipInfo, ...]:
    """
    Return the members of a harmless archive, folders left out, sorted by name.

    Raises
    ------
    InputFileError
        Naming all that is wrong with the archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, UnicodeError) as error:
        raise _refused(path, [say("zip.incomplete", reason=error)]) from error
    problems: list[Said] = []
    if len(members) > limits.members:
        problems.append(say("zip.members", number=len(members), most=limits.members))
    total = sum(member.file_size for member in members)
    if total > limits.total_bytes:
        problems.append(say("zip.total", number=total, most=limits.total_bytes))
    packed = sum(member.compress_size for member in members)
    size = path.stat().st_size
    if packed > size:
        problems.append(say("zip.overlap"))
    if total > limits.ratio_from_bytes and total > limits.ratio * max(size, 1):
        problems.append(say("zip.times", number=total // max(size, 1)))
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        problems.append(say("zip.twice"))
    for member in members[: limits.members]:
        problem = _problem_of_member(member, limits)
        if problem:
            problems.append(say("zip.member", name=member.filename[:80], problem=problem))
    if problems:
        raise _refused(path, problems)
    return tuple(sorted((m for m in members if not m.is_dir()), key=lambda m: m.filename))


def _problem_of_member(member: zipfile.ZipInfo, limits: ZipLimits) -> Said | None:
    name = member.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not name or name.startswith(("/", "\\")) or DRIVE.match(name) or ".." in parts or "\x00" in name:
        return say("zip.outside_folder")
    if stat.S_ISLNK(member.external_attr >> 16):
        return say("zip.link")
    if member.flag_bits & 0x1:
        return say("zip.encrypted")
    if name.lower().endswith(ARCHIVE_SUFFIXES):
        return say("zip.archive")
    if member.file_size > limits.ratio_from_bytes and member.file_size > limits.ratio * max(
        member.compress_size, 1
    ):
        return say("zip.member_times", number=member.file_size // max(member.compress_size, 1))
    return None


def extract(
    path: Path,
    destination: Path,
    wanted: Callable[[str], bool] = lambda _: True,
    limits: ZipLimits = DEFAULT_LIMITS,
) -> tuple[Path, ...]:
    """
    Unpack the wanted members of an archive into `destination`, flat in its own sub-folders.

    Parameters
    ----------
    wanted
        Asked for each member's name inside the archive.

    Returns
    -------
    files
        What was written, sorted.
    """
    chosen = [member for member in check_zip(path, limits) if wanted(member.filename)]
    written: list[Path] = []
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in chosen:
                target = destination.joinpath(*PurePosixPath(member.filename.replace("\\", "/")).parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, target.open("wb") as sink:
                    while chunk := source.read(CHUNK_BYTES):
                        total += len(chunk)
                        if total > limits.total_bytes:
                            raise _refused(path, [say("zip.grew", most=limits.total_bytes)])
                        sink.write(chunk)
                written.append(target)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        if isinstance(error, InputFileError):
            raise
        raise _refused(path, [say("zip.unpack", reason=error)]) from error
    return tuple(sorted(written))


def _refused(path: Path, problems: Sequence[str]) -> InputFileError:
    shown = [*problems[:10]] + ([say("zip.more", number=len(problems) - 10)] if len(problems) > 10 else [])
    return InputFileError(path.name, shown, say("zip.next"))
