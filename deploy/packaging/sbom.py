"""The bill of materials of an image as SPDX 2.3 (ISO/IEC 5962): every file that was put in, by its SHA-256,
and the package of Debian that it is of. It is made while the files are put in, so it has all of them and no other."""
import hashlib
import json
import pathlib
import re
import time
import urllib.parse

import records

PROGRAM = "SPDXRef-throughline"


def ref(kind, name):
    """Of letters and digits, dots and hyphens: so the name alone might be that of two."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]", "-", pathlib.Path(name).name) + "-" + digest


def debian(name):
    fields = records.package(name)
    purl = f"pkg:deb/debian/{urllib.parse.quote(name)}@{urllib.parse.quote(fields['Version'])}"
    return {"SPDXID": ref("Package", name), "name": name, "versionInfo": fields["Version"],
            "supplier": f"Organization: Debian ({fields['Maintainer']})",
            "downloadLocation": f"https://snapshot.debian.org/package/{fields['Source']}/{fields['SourceVersion']}/",
            "filesAnalyzed": True, "homepage": fields["Homepage"] or "NOASSERTION",
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
            "licenseComments": f"See /usr/share/doc/{name}/copyright in the image.",
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": f"{purl}?arch={fields['Architecture']}&distro=debian-12"}]}


def own(name, version, revision):
    return {"SPDXID": PROGRAM, "name": name, "versionInfo": version, "supplier": "Organization: Throughline",
            "downloadLocation": "NOASSERTION", "filesAnalyzed": True, "sourceInfo": f"git commit {revision}",
            "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0", "copyrightText": "NOASSERTION"}


def verification_code(digests):
    """Of SPDX 2.3, 7.9: a digest of the sorted digests."""
    return {"packageVerificationCodeValue": hashlib.sha1("".join(sorted(digests)).encode()).hexdigest()}


def document(root, owners, name, version, revision, epoch):
    """`owners`: by the path in the image the package of Debian that a file is of; None: it is our own."""
    packages = {None: own(name, version, revision), **{of: debian(of) for of in sorted(set(owners.values()) - {None})}}
    digests = {of: [] for of in packages}
    listed, relations = [], [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                              "relatedSpdxElement": PROGRAM}]
    for path in sorted(owners):
        content = pathlib.Path(root, path).read_bytes()
        sha1 = hashlib.sha1(content).hexdigest()
        digests[owners[path]].append(sha1)
        listed.append({"SPDXID": ref("File", path), "fileName": f"./{path}", "licenseConcluded": "NOASSERTION",
                       "licenseInfoInFiles": ["NOASSERTION"], "copyrightText": "NOASSERTION",
                       "checksums": [{"algorithm": "SHA1", "checksumValue": sha1},
                                     {"algorithm": "SHA256", "checksumValue": hashlib.sha256(content).hexdigest()}]})
        relations.append({"spdxElementId": packages[owners[path]]["SPDXID"], "relationshipType": "CONTAINS",
                          "relatedSpdxElement": ref("File", path)})
    for of, one in packages.items():
        one["packageVerificationCode"] = verification_code(digests[of])
        if of is not None:
            relations.append({"spdxElementId": PROGRAM, "relationshipType": "DEPENDS_ON",
                              "relatedSpdxElement": one["SPDXID"]})
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"{name}-{version}",
            "documentNamespace": f"https://throughline.example/spdx/{name}-{version}-{revision}",
            "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
                             "creators": ["Tool: deploy/image"]},
            "packages": list(packages.values()), "files": listed, "relationships": relations}


def text(*of):
    return json.dumps(document(*of), indent=1, ensure_ascii=False) + "\n"
