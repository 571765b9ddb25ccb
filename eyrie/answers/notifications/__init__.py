"""What report notifications tell, and when: the days compared, how far costs have arrived, and the words."""
