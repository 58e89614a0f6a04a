"""Asks a printer in the network how it is, by a point-of-sale library that is not ours: `online 2` is well with paper,
1 is little paper, 0 is none.

    printer_client.py PORT
"""

import sys

from escpos.printer import Network

printer = Network("127.0.0.1", port=int(sys.argv[1]), timeout=5)
online = "online" if printer.is_online() else "offline"
print(online, printer.paper_status())
printer.close()
