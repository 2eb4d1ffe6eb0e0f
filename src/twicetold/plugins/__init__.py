"""What twicetold adds to other programs: SQL functions, and pages in Datasette."""
