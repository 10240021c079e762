import './editors';
