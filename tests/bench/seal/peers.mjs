// The npm peers, kept warm: one JSON question per line in, one answer with milliseconds out.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { HttpTimestampAuthority, P12Signer as LibSigner, PDF } from "@libpdf/core";
import { plainAddPlaceholder } from "@signpdf/placeholder-plain";
import { P12Signer } from "@signpdf/signer-p12";
import signpdf from "@signpdf/signpdf";
import { SUBFILTER_ETSI_CADES_DETACHED } from "@signpdf/utils";

const { pdf: file, key, passphrase, tsa, fields } = JSON.parse(process.argv[2]);
const base = readFileSync(file);
const p12 = readFileSync(key);
const authority = new HttpTimestampAuthority(tsa);
const signer = await LibSigner.create(p12, passphrase);
const said = { reason: "Akkoord met MTR-0012345678-BGO01-C", location: "Utrecht" };

async function libpdf(bytes, level, fieldName) {
  const opened = await PDF.load(bytes);
  const timestamps = level === "B-B" ? {} : { timestampAuthority: authority };
  return await opened.sign({ signer, ...said, level, fieldName, ...timestamps });
}

async function agreement() {
  let bytes = base;
  const warnings = [];
  for (const [number, field] of fields.entries()) {
    const made = await libpdf(bytes, number < fields.length - 1 ? "B-T" : "B-LTA", field);
    bytes = made.bytes;
    warnings.push(...(made.warnings ?? []));
  }
  return { bytes, warnings };
}

async function plain() {
  const prepared = plainAddPlaceholder({
    pdfBuffer: Buffer.from(base), ...said, contactInfo: "", name: "TEST", signatureLength: 16384,
    subFilter: SUBFILTER_ETSI_CADES_DETACHED,
  });
  // A signer of this library signs once.
  return { bytes: await signpdf.default.sign(prepared, new P12Signer(p12, { passphrase })) };
}

const ways = {
  "signpdf B-B": plain,
  "libpdf B-B": () => libpdf(base, "B-B", fields[0]),
  "libpdf B-T": () => libpdf(base, "B-T", fields[0]),
  "libpdf B-LTA": () => libpdf(base, "B-LTA", fields.at(-1)),
  "libpdf agreement": agreement,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { way, output } = JSON.parse(line);
  try {
    const start = performance.now();
    const { bytes, warnings = [] } = await ways[way]();
    const milliseconds = performance.now() - start;
    if (output) writeFileSync(output, bytes);
    console.log(JSON.stringify({ milliseconds, size: bytes.length, warnings: warnings.map((w) => w.code) }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error?.message ?? error) }));
  }
}
