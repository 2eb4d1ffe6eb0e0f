"""What news agencies send: NewsML-G2, NITF, ninjs and IPTC 7901.

Each module turns a format into `item.WireItem`; start reading there.
"""
