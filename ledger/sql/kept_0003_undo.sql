DROP FUNCTION payouts_refuse_change() CASCADE;
DROP FUNCTION payouts_keep_amounts() CASCADE;
DROP FUNCTION payouts_check_booked() CASCADE;
