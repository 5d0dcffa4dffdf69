"""Logs on as Windows does, with the name of the workstation as an address of the request.

usage: workstation.py KDC REALM USER PASSWORD WORKSTATION
"""

import sys

from impacket.krb5 import constants, kerberosv5
from impacket.krb5.types import Principal
from pyasn1.type.univ import noValue

kdc, realm, user, password, workstation = sys.argv[1:]
set_types = kerberosv5.seq_set_iter


def set_types_and_address(body, name, values):
    set_types(body, name, values)
    if name == "etype":
        body["addresses"] = noValue
        body["addresses"][0] = noValue
        body["addresses"][0]["addr-type"] = constants.AddressType.NetBios.value
        body["addresses"][0]["address"] = workstation.ljust(16).encode()


kerberosv5.seq_set_iter = set_types_and_address
name = Principal(user, type=constants.PrincipalNameType.NT_PRINCIPAL.value)
kerberosv5.getKerberosTGT(name, password, realm, b"", b"", kdcHost=kdc)
