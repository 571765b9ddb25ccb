"""What can be written out, a file for each kind: validated when it is asked for, worked out by a job."""
