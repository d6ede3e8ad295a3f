package store

// syncFolder: NTFS journals names by itself, and a folder cannot be synced there.
func syncFolder(string) error { return nil }
