"""How good is it: reuse planted on purpose, the field's metric, comparisons, confidence and what was missed.

Around the four steps and never imported by them. Each module stands alone; importing one loads nothing heavy.

    plant       build films that reuse stretches of yours, with known truth
    truth       read and write found and true reuse as CSV
    metric      precision, recall and F of what was found against the truth
    compare     one table over networks, layers, settings and simple peers
    confidence  how sure a found sequence is, in words
    missed      which step lost a stretch that is known to be reused
"""
