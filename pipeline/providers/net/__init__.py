"""HTTP as every provider needs it: clients, judged addresses, bounded answers, downloads."""
