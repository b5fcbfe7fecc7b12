// Reads tar archives with archive/tar, as container runtimes do, and prints what it finds in each.
//
// Standard input: archives, each behind its length as four bytes, the most significant first.
// Standard output: a line of JSON for each archive.
package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
)

// Files that are larger are not read: the content of a sparse one may be all holes.
const contentBytesMax = 4 << 20

type entry struct {
	Type string `json:"type"`
	// Names are bytes, which JSON has as base 64.
	Name    []byte `json:"name"`
	Link    []byte `json:"link"`
	Mode    int64  `json:"mode"`
	UID     uint32 `json:"uid"`
	GID     uint32 `json:"gid"`
	Size    int64  `json:"size"`
	Content string `json:"content"`
}

type listing struct {
	Entries []entry `json:"entries"`
	Error   string  `json:"error"`
}

func list(archive []byte) listing {
	found := listing{Entries: []entry{}}
	reader := tar.NewReader(bytes.NewReader(archive))
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			found.Error = err.Error()
			return found
		}
		content, err := digest(reader, header.Size)
		found.Entries = append(found.Entries, entry{
			Type:    string(rune(header.Typeflag)),
			Name:    []byte(header.Name),
			Link:    []byte(header.Linkname),
			Mode:    header.Mode & 07777,
			UID:     uint32(header.Uid),
			GID:     uint32(header.Gid),
			Size:    header.Size,
			Content: content,
		})
		if err != nil {
			found.Error = err.Error()
			return found
		}
	}
}

func digest(reader io.Reader, size int64) (string, error) {
	if size > contentBytesMax {
		return "large", nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, reader); err != nil {
		return "damaged", err
	}
	return hex.EncodeToString(hash.Sum(nil))[:16], nil
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriterSize(os.Stdout, 1<<16)
	printer := json.NewEncoder(output)
	for {
		var length uint32
		if err := binary.Read(input, binary.BigEndian, &length); err != nil {
			break
		}
		archive := make([]byte, length)
		if _, err := io.ReadFull(input, archive); err != nil {
			panic(err)
		}
		if err := printer.Encode(list(archive)); err != nil {
			panic(err)
		}
		if input.Buffered() == 0 {
			output.Flush()
		}
	}
	output.Flush()
}
