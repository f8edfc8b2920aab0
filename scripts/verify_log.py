"""Verifies a log (C2SP tlog-tiles, signed checkpoint) with nothing but Python: verify_log.py FOLDER KEY [--list]"""
import base64, hashlib, os, struct, sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(a, b):  # points of edwards25519 in extended coordinates (RFC 8032, 5.1.4)
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    w, x, y, z = f - e, h - g, h + g, f + e
    return w * x % P, y * z % P, x * y % P, w * z % P

def times(number, point):
    sum_ = (0, 1, 1, 0)
    while number:
        if number & 1:
            sum_ = add(sum_, point)
        point, number = add(point, point), number >> 1
    return sum_

def point(text):
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or y >= P or (x == 0 and sign):
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def signed(key, text, signature):  # Ed25519 (RFC 8032, 5.1.7)
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    left, right = times(s, BASE), add(point(signature[:32]), times(h, point(key)))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0

def entries(folder, size):
    for bundle in range((size + 255) // 256):
        width, parts, rest = min(256, size - bundle * 256), [], bundle
        while True:
            parts.insert(0, ("x%03d" if parts else "%03d") % (rest % 1000))
            rest //= 1000
            if not rest:
                break
        path = os.path.join(folder, "tile", "entries", *parts)
        partial = os.path.join(path + ".p", str(width))
        with open(partial if width < 256 and os.path.exists(partial) else path, "rb") as file:
            data = file.read()
        for _ in range(width):
            (length,) = struct.unpack(">H", data[:2])
            if len(data) < 2 + length:
                raise ValueError("bundle %d is cut short" % bundle)
            yield data[2 : 2 + length]
            data = data[2 + length :]

def root(leaves):  # RFC 6962, 2.1: subtrees of equal height are joined as they come
    stack = []
    for leaf in leaves:
        stack.append((0, hashlib.sha256(b"\0" + leaf).digest()))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            (height, right), (_, left) = stack.pop(), stack.pop()
            stack.append((height + 1, hashlib.sha256(b"\1" + left + right).digest()))
    if not stack:
        return hashlib.sha256(b"").digest()
    whole = stack.pop()[1]
    while stack:
        whole = hashlib.sha256(b"\1" + stack.pop()[1] + whole).digest()
    return whole

def main(folder, vkey, *options):
    name, key_id, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key)[1:]
    with open(os.path.join(folder, "checkpoint"), encoding="utf-8") as file:
        text, _, lines = file.read().partition("\n\n")
    text += "\n"
    origin, size, head = text.split("\n")[:3]
    good = False
    for line in lines.splitlines():
        _, signer, signature = line.split(" ")
        signature = base64.b64decode(signature)
        if signer == name and signature[:4].hex() == key_id:
            good = signed(key, text.encode(), signature[4:])
    if origin != name or not good:
        sys.exit("FALSE: the head is not signed by this key")
    found = list(entries(folder, int(size)))
    if root(found) != base64.b64decode(head):
        sys.exit("FALSE: the entries are not those that the head was signed over")
    if "--list" in options:
        for entry in found:
            print(entry.decode())
    print("TRUE: %s, %s entries, head %s" % (origin, size, head))

if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError, struct.error) as error:
        sys.exit("FALSE: %s" % error)
