"""What is a figure, a choice, a view: the ground that everything else stands on."""
