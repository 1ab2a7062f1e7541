"""Services that make pictures for money, behind one protocol (``generate.provider.Provider``)."""
