"""
Documents for the hall: sheets, slides, packs, tables and exchange files,
written from one collection of facts.
"""
