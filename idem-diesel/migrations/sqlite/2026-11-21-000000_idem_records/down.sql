DROP TABLE idem_records;
