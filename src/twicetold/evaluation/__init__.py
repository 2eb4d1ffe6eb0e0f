"""Agreement with labels, calibration, estimated chance links."""
