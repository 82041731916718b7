"""The locales of persons, and the form in which each is stored."""

import functools
import re

#: the locales of the Unicode CLDR: a language, alone and in each of the territories that follow it;
#: where a language has several scripts, the usual one of a territory comes first
_CLDR = """
aa DJ ER ET ab GE af NA ZA agq CM ak GH am ET an ES ann NG apc SY ar 001 AE BH DJ DZ EG EH ER IL IQ JO KM KW LB LY MA
MR OM PS QA SA SD SO SS SY TD TN YE arn CL as IN asa TZ ast ES az az_Arab IQ IR TR az_Cyrl az_Latn AZ ba RU bal
bal_Arab bal_Latn bas CM be BY bem ZM bew ID bez TZ bg BG bgc IN bgn AE AF IR OM PK bho IN blo BJ blt VN bm ML bm_Nkoo
ML bn BD IN bo CN IN br FR brx IN bs bs_Cyrl bs_Latn BA bss CM byn ER ca AD ES FR IT cad US cch NG ccp BD IN ce RU ceb
PH cgg UG cho US chr US cic US ckb IQ IR co FR cop EG cs CZ csw CA cu RU cv RU cy GB da DK GL dav KE de AT BE CH DE IT
LI LU dje NE doi IN dsb DE dua CM dv MV dyo SN dz BT ebu KE ee GH TG el CY GR en 001 150 AE AG AI AS AT AU BB BE BI BM
BS BW BZ CA CC CH CK CM CX CY CZ DE DG DK DM ER ES FI FJ FK FM FR GB GD GG GH GI GM GS GU GY HK HU ID IE IL IM IN IO
IT JE JM KE KI KN KY LC LR LS MG MH MO MP MS MT MU MV MW MY NA NF NG NL NO NR NU NZ PG PH PK PL PN PR PT PW RO RW SB
SC SD SE SG SH SI SK SL SS SX SZ TC TK TO TT TV TZ UG UM US VC VG VI VU WS ZA ZM ZW en_Dsrt US en_Shaw GB eo 001 es
419 AR BO BR BZ CL CO CR CU DO EA EC ES GQ GT HN IC MX NI PA PE PH PR PY SV US UY VE et EE eu ES ewo CM fa AF IR ff
ff_Adlm ff_Latn BF CM GH GM GN GW LR MR NE NG SL SN fi FI fil PH fo DK FO fr BE BF BI BJ BL CA CD CF CG CH CI CM DJ DZ
FR GA GF GN GP GQ HT KM LU MA MC MF MG ML MQ MR MU NC NE PF PM RE RW SC SN SY TD TG TN VU WF YT frr DE fur IT fy NL ga
GB IE gaa GH gd GB gez ER ET gl ES gn PY gsw CH FR LI gu IN guz KE gv IM ha GH NE NG ha_Arab NG SD haw US he IL hi IN
hi_Latn IN hnj hnj_Hmnp hr BA HR hsb DE ht HT hu HU hy AM ia 001 id ID ie EE ig NG ii CN io 001 is IS it CH IT SM VA
iu CA iu_Latn CA ja JP jbo 001 jgo CM jmc TZ jv ID ka GE kaa kaa_Cyrl kaa_Latn kab DZ kaj NG kam KE kcg NG kde TZ kea
CV ken CM kgp BR khq ML ki KE kk KZ kk_Arab CN kk_Cyrl KZ kkj CM kl GL kln KE km KH kn IN ko CN KP KR kok kok_Deva
kok_Latn kpe GN LR ks ks_Arab IN ks_Deva ksb TZ ksf CM ksh DE ku TR kw GB kxv kxv_Deva kxv_Latn kxv_Orya kxv_Telu ky
KG la VA lag TZ lb LU lg UG lij IT lkt US lld IT lmo IT ln AO CD CF CG lo LA lrc IQ IR lt LT ltg LV lu CD luo KE luy
KE lv LV mai IN mas KE TZ mdf RU mer KE mfe MU mg MG mgh MZ mgo CM mhn IT mi NZ mic CA mk MK ml IN mn MN mn_Mong CN MN
mni mni_Beng mni_Mtei moh CA mr IN ms BN ID MY SG ms_Arab BN MY mt MT mua CM mus US my MM myv RU mzn IR naq NA nb NO
SJ nd ZW nds DE NL ne IN NP nl AW BE BQ CW NL SR SX nmg CM nn NO nnh CM no nqo GN nr ZA nso ZA nus SS nv US ny MW nyn
UG oc ES FR om ET KE or IN os GE RU osa US pa pa_Arab PK pa_Guru IN pap AW CW pcm NG pis SB pl PL prg PL ps AF PK pt
AO BR CH CV GQ GW LU MO MZ PT ST TL qu BO EC PE quc GT raj IN rhg rhg_Rohg rif MA rm CH rn BI ro MD RO rof TZ ru BY KG
KZ MD RU UA rw RW rwk TZ sa IN sah RU saq KE sat sat_Deva sat_Olck sbp TZ sc IT scn IT sd sd_Arab PK sd_Deva IN sdh IQ
IR se FI NO SE seh MZ ses ML sg CF shi shi_Latn shi_Tfng shn MM TH si LK sid ET sk SK skr PK sl SI sma NO SE smj NO SE
smn FI sms FI sn ZW so DJ ET KE SO sq AL MK XK sr sr_Cyrl BA RS XK sr_Latn ME ss SZ ZA ssy ER st LS ZA su su_Latn ID
sv AX FI SE sw CD KE TZ UG syr IQ SY szl PL ta IN LK MY SG te IN teo KE UG tg TJ th TH ti ER ET tig ER tk TM tn BW ZA
to TO tok 001 tpi PG tr CY TR trv TW trw PK ts ZA tt RU twq NE tyv RU tzm MA ug CN uk UA ur IN PK uz uz_Arab AF
uz_Cyrl uz_Latn UZ vai vai_Latn vai_Vaii ve ZA vec IT vi VN vmw MZ vo 001 vun TZ wa BE wae CH wal ET wbp AU wo SN xh
ZA xnr IN xog UG yav CM yi UA yo BJ NG yrl BR CO VE yue yue_Hans yue_Hant za CN zgh MA zh zh_Hans CN MY SG zh_Hant HK
MO TW zh_Latn zu ZA az_Cyrl AZ bs_Cyrl BA ff_Adlm BF CM GH GM GN GW LR MR NE NG SL SN ks_Deva IN sr_Cyrl ME sr_Latn BA
RS XK uz_Cyrl UZ zh_Hans HK MO zh_Hant MY zh_Latn CN
"""
_SCRIPT = re.compile("_[A-Z][a-z]{3}(?=_)")


@functools.cache
def _known():
    """The spellings of locales -> their stored form with script: `zh_CN` -> `zh_Hans_CN`."""
    names, language = [], ""
    for word in _CLDR.split():
        language = word if word[0].islower() else language
        names.append(word if word == language else f"{language}_{word}")
    short = {}
    for name in names:
        short.setdefault(_SCRIPT.sub("", name), name)
    return {**short, **{name: name for name in names}}


def canonical(name):
    """The stored form of a locale, regardless of case; None if there is no such locale."""
    parts = name.split("_")
    tidy = [parts[0].lower(), *(part.title() if len(part) == 4 else part.upper() for part in parts[1:])]
    return _known().get("_".join(tidy))
