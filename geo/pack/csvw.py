"""stub"""


def csvw(url, table, label, edition):
    return {}
