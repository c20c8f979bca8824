"""Compiled kernels are thrown away when their source changes."""

from pathlib import Path

from dispatch.engine.layout import KERNEL_FILES, drop_stale_kernels


def test_an_upgrade_throws_old_machine_code_away(tmp_path: Path) -> None:
    for name in KERNEL_FILES:
        (tmp_path / f"{name}.py").write_text("old")
    drop_stale_kernels(tmp_path)
    compiled = tmp_path / "__pycache__" / "kernels.run-1.py311.1.nbc"
    compiled.write_bytes(b"machine code")

    unchanged = drop_stale_kernels(tmp_path)
    assert not unchanged
    assert compiled.exists()

    (tmp_path / "routes.py").write_text("new")
    assert drop_stale_kernels(tmp_path)
    assert not compiled.exists()


def test_every_file_with_kernels_is_watched() -> None:
    folder = Path(__file__).parents[3] / "dispatch" / "engine"
    with_kernels = {
        path.stem
        for path in folder.glob("*.py")
        if any(mark in path.read_text() for mark in ("@kernel", "@inlined", "@once", "@entry"))
    }

    assert with_kernels <= set(KERNEL_FILES)
