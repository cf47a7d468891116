from collectors.bare_metal import absent


def test_a_virtual_machine_is_told_as_the_reason() -> None:
    assert str(absent("no BMC", "no driver", "== no device\n== virtual\n")) == "no BMC: this is a virtual machine"
    assert str(absent("no BMC", "no driver", "== no device\n")) == "no BMC: no driver"
    assert str(absent("no BMC", "no driver", "fan1_label:== virtual")) == "no BMC: no driver"
