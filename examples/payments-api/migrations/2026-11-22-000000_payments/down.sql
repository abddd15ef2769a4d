DROP TABLE adjustments;
DROP TABLE stock;
DROP TABLE payments;
DROP TABLE accounts;
