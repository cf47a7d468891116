"""What is printed and handed over: the forms as pages, the log and the forms as PDF."""
